#include "readmodel/sources/source_values.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

namespace tidemark::readmodel {

std::vector<std::string> read_tags(std::string_view json) {
  std::vector<std::string> tags;
  if (json.size() <= 2) return tags;  // NULL, {} or []
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_array()) return tags;
  for (const auto& item : parsed)
    if (item.is_string()) tags.push_back(item.get<std::string>());
  return tags;
}

std::int64_t read_sequence(std::string_view json) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), value);
  return error == std::errc{} && end == json.data() + json.size() ? value : 0;
}

}  // namespace tidemark::readmodel
