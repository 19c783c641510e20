// What the contract's four answers have in common: the head, the meta object, rounding.
// Spec: contract v1.0, "Every metrics answer also carries a `meta` object" and "Rounding".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark::views {

// How fresh the rows behind an answer are.
struct Meta {
  Instant as_of;                   // the instant they stand for
  std::optional<Instant> updated;  // when they were last changed
  std::int64_t data_version = 0;
  std::string definition_version;
  Micros lag{0};         // from as_of to the reader's now
  bool complete = true;  // false: a bucket of the answer is partial
};

// Members stand in the order in which the contract names them.
using Json = nlohmann::ordered_json;

// {"version": "1.0", "project_id": ..}
Json answer_head(const Uuid& project_id);

Json meta_json(const Meta& meta);

// Whether a stored value is of a bucket that the as-of cut.
bool is_partial(std::string_view value_json);

// A metric's value as an answer shows it: ratios to 4 decimals, everything else to 2. Whole numbers as integers.
Json rounded(double value, std::string_view unit);
Json rounded(double value, int places);

// Adds the member unless the value is undefined: absent, not 0 and not null.
void add_rounded(Json& object, const std::string& key, std::optional<double> value, std::string_view unit);

}  // namespace tidemark::views
