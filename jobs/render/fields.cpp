#include "jobs/render/fields.hpp"

namespace tidemark::render {

const Json& member(const Json& object, std::string_view key) {
  static const Json absent;
  if (!object.is_object()) return absent;
  const auto at = object.find(std::string{key});
  return at == object.end() ? absent : *at;
}

std::optional<double> number(const Json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_number() ? std::optional{value.get<double>()} : std::nullopt;
}

std::string text(const Json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

}  // namespace tidemark::render
