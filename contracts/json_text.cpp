#include "contracts/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tidemark {
namespace {

// jsonb orders keys by length first, then by bytes.
bool stored_key_less(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

std::string number_text(double value) {
  if (!std::isfinite(value)) throw std::invalid_argument("a JSON number must be finite");
  if (value == 0) return "0";  // also -0
  // The longest plain decimal of a double has 1 + 309 or 2 + 324 + 17 characters.
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  return {buffer.data(), end};
}

std::string string_text(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  std::size_t plain = 0;  // where the characters begin that are copied as they are
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out += text.substr(plain, at - plain);
    plain = at + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\0': out += "\xEF\xBF\xBD"; break;
      default:
        out += "\\u00";
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  out += text.substr(plain);
  return out += '"';
}

std::string array_text(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ", ";
    out += item;
  }
  return out += ']';
}

std::string string_array_text(const std::vector<std::string>& items) {
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const auto& item : items) texts.push_back(string_text(item));
  return array_text(texts);
}

JsonObject& JsonObject::add_json(std::string_view key, std::string json) {
  members_.emplace_back(key, std::move(json));
  return *this;
}

JsonObject& JsonObject::add(std::string_view key, double value) { return add_json(key, number_text(value)); }
JsonObject& JsonObject::add(std::string_view key, std::int64_t value) { return add_json(key, std::to_string(value)); }
JsonObject& JsonObject::add(std::string_view key, std::string_view value) { return add_json(key, string_text(value)); }
JsonObject& JsonObject::add(std::string_view key, const JsonObject& value) { return add_json(key, value.text()); }
JsonObject& JsonObject::add_flag(std::string_view key, bool value) { return add_json(key, value ? "true" : "false"); }

JsonObject& JsonObject::add(std::string_view key, std::optional<double> value) {
  return value ? add(key, *value) : *this;
}

JsonObject& JsonObject::add(std::string_view key, std::optional<std::int64_t> value) {
  return value ? add(key, *value) : *this;
}

std::string JsonObject::text() const {
  std::vector<const std::pair<std::string, std::string>*> sorted;
  sorted.reserve(members_.size());
  for (const auto& member : members_) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return stored_key_less(a->first, b->first); });
  std::string out = "{";
  for (const auto* member : sorted) {
    if (out.size() > 1) out += ", ";
    out += string_text(member->first);
    out += ": ";
    out += member->second;
  }
  return out += '}';
}

std::string stored_form(const nlohmann::json& value) {
  if (value.is_object()) {
    JsonObject object;
    for (const auto& [key, member] : value.items()) object.add_json(key, stored_form(member));
    return object.text();
  }
  if (value.is_array()) {
    std::vector<std::string> items;
    for (const auto& item : value) items.push_back(stored_form(item));
    return array_text(items);
  }
  if (value.is_string()) return string_text(value.get_ref<const std::string&>());
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.dump();
}

double round_decimal(double value, int places) {
  if (!std::isfinite(value)) return value;
  std::string digits = number_text(std::fabs(value));
  const auto point = digits.find('.');
  if (point == std::string::npos || digits.size() - point - 1 <= static_cast<std::size_t>(places)) return value;
  const bool up = digits[point + 1 + static_cast<std::size_t>(places)] >= '5';
  digits.resize(point + 1 + static_cast<std::size_t>(places));
  if (up) {
    auto at = digits.size();
    while (at > 0) {
      char& c = digits[--at];
      if (c == '.') continue;
      if (c != '9') {
        ++c;
        break;
      }
      c = '0';
      if (at == 0) digits.insert(digits.begin(), '1');
    }
  }
  double rounded = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), rounded);
  return value < 0 && rounded != 0 ? -rounded : rounded;
}

}  // namespace tidemark
