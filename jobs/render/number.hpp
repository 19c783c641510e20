// Numbers as a person reads them. Rounded for the eye; `--json` carries the contract's precision.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "contracts/time.hpp"

namespace tidemark::render {

// "24,918"
std::string count_text(std::int64_t count);
// "1 project", "24,918 projects"; `one`: a noun whose plural ends in s
std::string counted(std::integral auto count, std::string_view one) {
  return count_text(static_cast<std::int64_t>(count)) + ' ' + std::string{one} + (count == 1 ? "" : "s");
}
// One decimal, thousands separated; whole numbers without it: "53.3", "1,204", "0.04" below 1.
std::string decimal_text(double value);
// "42 min", "3.2 h", "5.1 d": the unit in which the number is between 1 and some 50.
std::string minutes_text(double minutes);
std::string hours_text(double hours);
// 0.1234 is "12.3 %"
std::string ratio_text(double ratio);
// 12.34 is "12.3 %"
std::string percent_text(double percent);
// "8.2 MB"; units of 1,024 as PostgreSQL shows them
std::string bytes_text(std::int64_t bytes);
// "just now", "12 min ago", "in 3 h"
std::string age_text(Micros age);

// A metric's value in its declared unit (minutes, hours, ratio, pct, tasks, ..). Spec: the catalogue's `unit`.
std::string value_text(double value, std::string_view unit);

}  // namespace tidemark::render
