#include "contracts/exact_sum.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "contracts/json_text.hpp"

namespace tidemark {
namespace {

constexpr std::size_t kPlaces = 12;
constexpr double kFixedPointLimit = 1e18;

[[noreturn]] void overflow() { throw std::overflow_error("a sum is out of the range of its integer"); }

}  // namespace

std::int64_t exact_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) overflow();
  return sum;
}

Int128 exact_sum(Int128 a, Int128 b) {
  Int128 sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) overflow();
  return sum;
}

Int128 exact_square(std::int64_t a) { return static_cast<Int128>(a) * a; }

std::string integer_text(Int128 value) {
  std::string digits;
  for (Int128 rest = value; digits.empty() || rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);  // has the sign of the value, whose negation may be out of range
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  if (value < 0) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Int128 parse_integer(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  Int128 value = 0;
  bool broken = text.size() == (negative ? 1U : 0U);
  for (const char c : text.substr(negative ? 1 : 0)) {
    const int digit = negative ? '0' - c : c - '0';
    broken = broken || c < '0' || c > '9' || __builtin_mul_overflow(value, Int128{10}, &value) ||
             __builtin_add_overflow(value, Int128{digit}, &value);
  }
  // Also no leading zero and no -0: one text for each number.
  if (broken || integer_text(value) != text)
    throw std::invalid_argument("'" + std::string{text} + "' is not a whole number of 128 bits");
  return value;
}

Int128 fixed_point(double value) {
  std::string text = number_text(round_decimal(std::clamp(value, -kFixedPointLimit, kFixedPointLimit), kPlaces));
  const auto point = text.find('.');
  const std::size_t places = point == std::string::npos ? 0 : text.size() - point - 1;
  if (point != std::string::npos) text.erase(point, 1);
  text.append(kPlaces - places, '0');
  Int128 units = 0;
  for (const char c : text)
    if (c != '-') units = units * 10 + (c - '0');
  return text.front() == '-' ? -units : units;
}

double from_fixed_point(Int128 units) {
  std::string text = integer_text(units < 0 ? -units : units);
  if (text.size() <= kPlaces) text.insert(0, kPlaces + 1 - text.size(), '0');
  text.insert(text.size() - kPlaces, 1, '.');
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return units < 0 ? -value : value;
}

}  // namespace tidemark
