// Members of an answer, which may be absent at any depth. Spec: contract v1.0, "A number that is undefined is absent".
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::render {

using Json = nlohmann::ordered_json;

const Json& member(const Json& object, std::string_view key);  // null: absent
std::optional<double> number(const Json& object, std::string_view key);
std::string text(const Json& object, std::string_view key);  // empty: absent

inline constexpr std::string_view kAbsent = "–";

// The member as `format` writes it, else a dash.
template <typename Format>
std::string shown(const Json& object, std::string_view key, Format&& format) {
  const auto value = number(object, key);
  return value ? format(*value) : std::string{kAbsent};
}

}  // namespace tidemark::render
