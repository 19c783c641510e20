#include "readmodel/sources/source_ids.hpp"

#include <algorithm>

namespace tidemark::readmodel {
namespace {

constexpr std::size_t kDigits = 32;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

std::optional<Uuid> parse_source_uuid(std::string_view text) {
  if (auto id = parse_uuid(text)) return id;
  if (text.size() > 2 && text.front() == '{' && text.back() == '}')
    return parse_source_uuid(text.substr(1, text.size() - 2));
  if (text.size() != kDigits) return std::nullopt;
  std::string hyphenated{text};
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hyphenated.insert(at, 1, '-');
  return parse_uuid(hyphenated);
}

std::string canonical_id(std::string_view text) {
  const auto id = parse_source_uuid(text);
  return id ? to_string(*id) : std::string{text};
}

std::vector<std::string> id_spellings(std::string_view text) {
  std::vector<std::string> spellings{std::string{text}};
  const auto id = parse_source_uuid(text);
  if (!id) return spellings;
  const std::string hyphenated = to_string(*id);
  std::string digits = hyphenated;
  digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
  for (const auto& lower : {hyphenated, digits, '{' + hyphenated + '}'})
    for (const auto& spelling : {lower, upper(lower)})
      if (std::find(spellings.begin(), spellings.end(), spelling) == spellings.end()) spellings.push_back(spelling);
  return spellings;
}

}  // namespace tidemark::readmodel
