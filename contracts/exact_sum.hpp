// Sums that neither round nor wrap around, whatever the order of their parts: integers of 128 bits. In JSON they are
// decimal strings, for a JSON number of that size is rounded by most readers.
// Spec: storage, "value_numeric and value_json" ("Sums are exact and order-independent").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidemark {

// Up to 1.7e38: the squares of 17 million durations of a hundred years in microseconds.
__extension__ using Int128 = __int128;

// a + b. Errors: std::overflow_error where that is out of range: a sum never wraps around.
std::int64_t exact_sum(std::int64_t a, std::int64_t b);
Int128 exact_sum(Int128 a, Int128 b);
// a * a. Always in range.
Int128 exact_square(std::int64_t a);

// "-12", "0", "170141183460469231731687303715884105727".
std::string integer_text(Int128 value);
// Errors: std::invalid_argument where the text is not what integer_text() writes.
Int128 parse_integer(std::string_view text);

// A decimal number as a whole number of units of 1e-12, so that sums of it are exact: exact for a double that was read
// from up to 15 digits with up to 12 decimals; further decimals are rounded half away from zero. Beyond +-1e18 it is
// that limit.
Int128 fixed_point(double value);
// The double that is nearest to so many units.
double from_fixed_point(Int128 units);

}  // namespace tidemark
