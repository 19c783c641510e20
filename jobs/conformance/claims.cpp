#include "jobs/conformance/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tidemark::conformance {
namespace {

constexpr double kRounding = 1e-9;

double slack(double a, double b) { return kRounding * std::max({1.0, std::fabs(a), std::fabs(b)}); }

bool whole(double value) { return value == std::trunc(value); }

}  // namespace

const Json& member(const Json& object, std::string_view name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(std::string{name});
  return found == object.end() ? kNull : *found;
}

std::optional<double> number(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_number() ? std::optional{value.get<double>()} : std::nullopt;
}

double sum_of(const Json& object) {
  double sum = 0;
  for (const auto& value : object)
    if (value.is_number()) sum += value.get<double>();
  return sum;
}

double sum_of(const Json& items, std::string_view name) {
  double sum = 0;
  for (const auto& item : items) sum += number(item, name).value_or(0);
  return sum;
}

bool agree(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a.has_value() == b.has_value();
  if (whole(*a) && whole(*b)) return *a == *b;
  return std::fabs(*a - *b) <= slack(*a, *b);
}

std::string text_of(std::optional<double> value) { return value ? fmt::format("{}", *value) : "absent"; }

Claims& Claims::equal(std::string_view name, std::optional<double> found, std::optional<double> expected) {
  if (!agree(found, expected))
    problems_.push_back(fmt::format("{} is {}, expected {}", name, text_of(found), text_of(expected)));
  return *this;
}

Claims& Claims::ascending(std::initializer_list<std::string_view> names) {
  std::string_view before;
  std::optional<double> last;
  for (const auto name : names) {
    const auto value = at(name);
    if (!value) continue;
    if (last && *value < *last - slack(*value, *last))
      problems_.push_back(fmt::format("{} is {}, below {} {}", name, *value, before, *last));
    before = name;
    last = value;
  }
  return *this;
}

Claims& Claims::within(std::string_view name, std::optional<double> found, std::optional<double> lower,
                       std::optional<double> upper) {
  const bool low = found && lower && *found < *lower - slack(*found, *lower);
  const bool high = found && upper && *found > *upper + slack(*found, *upper);
  if (low || high)
    problems_.push_back(fmt::format("{} is {}, expected {}..{}", name, *found, lower ? text_of(lower) : "",
                                    upper ? text_of(upper) : ""));
  return *this;
}

Claims& Claims::text(std::string_view name, std::string_view expected) {
  const Json& value = member(object_, name);
  if (value != Json(expected))
    problems_.push_back(fmt::format("{} is {}, expected \"{}\"", name, value.dump(), expected));
  return *this;
}

Claims& Claims::interval_around(std::optional<double> centre) {
  const Json& interval = member(object_, "confidence_interval");
  if (interval.is_null()) return *this;
  const auto lower = number(interval, "lower");
  const auto upper = number(interval, "upper");
  if (!lower || !upper) return *this;
  if (*lower > *upper + slack(*lower, *upper))
    problems_.push_back(fmt::format("confidence_interval.lower is {}, above upper {}", *lower, *upper));
  else
    within("the value inside confidence_interval", centre, lower, upper);
  return *this;
}

}  // namespace tidemark::conformance
