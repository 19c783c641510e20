// Canonical JSON text. Two forms are in use and both are deterministic:
//  - stored form: exactly the text that PostgreSQL prints for a jsonb value (keys by length, then bytes; `", "` and
//    `": "`; numbers in plain decimal), so that a finished row can be compared with a stored one byte for byte;
//  - key form: RFC 8785 (JCS), what row ids are made of.
// Spec: storage, "The four tables" and "value_numeric and value_json".
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark {

// Shortest round-trip plain decimal of a finite double ("0.1", "1500", never "-0" and never an exponent).
// Requires: `value` is finite.
std::string number_text(double value);

// A JSON string with its quotes. NUL cannot be stored by PostgreSQL and becomes U+FFFD.
std::string string_text(std::string_view text);

// An array in stored form. The items are finished JSON texts.
std::string array_text(const std::vector<std::string>& items);
std::string string_array_text(const std::vector<std::string>& items);

// A JSON object under construction. Members may be added in any order; text() sorts them.
// Requires: no key is added twice.
class JsonObject {
 public:
  JsonObject& add(std::string_view key, double value);
  JsonObject& add(std::string_view key, std::int64_t value);
  JsonObject& add(std::string_view key, int value) { return add(key, static_cast<std::int64_t>(value)); }
  JsonObject& add(std::string_view key, std::size_t value) { return add(key, static_cast<std::int64_t>(value)); }
  JsonObject& add(std::string_view key, std::string_view value);
  JsonObject& add(std::string_view key, const char* value) { return add(key, std::string_view{value}); }
  JsonObject& add(std::string_view key, const std::string& value) { return add(key, std::string_view{value}); }
  JsonObject& add(std::string_view key, const JsonObject& value);
  // An undefined number is absent, not null and not 0.
  JsonObject& add(std::string_view key, std::optional<double> value);
  JsonObject& add(std::string_view key, std::optional<std::int64_t> value);
  JsonObject& add_flag(std::string_view key, bool value);
  // `json` is finished JSON in stored form (an array, an object).
  JsonObject& add_json(std::string_view key, std::string json);

  bool empty() const { return members_.empty(); }
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

// Any JSON value in stored form. Errors: throws std::invalid_argument for a non-finite number.
std::string stored_form(const nlohmann::json& value);

// Rounds half away from zero on the value's shortest round-trip decimal: 2.675 to 2 places is 2.68.
// Only responses and summary payloads are rounded. Spec: contract v1.0, "Rounding".
double round_decimal(double value, int places);

}  // namespace tidemark
