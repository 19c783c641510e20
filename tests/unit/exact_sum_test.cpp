// Sums of 128 bits: their text, their limits, and decimals summed without rounding.
#include "contracts/exact_sum.hpp"

#include <algorithm>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <vector>

#include "contracts/json_text.hpp"
#include "support/catch.hpp"
#include "support/chance.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("an integer of 128 bits survives its text, and has one text only", "[exact_sum]") {
  const Int128 greatest = exact_sum(exact_square(kLeast), exact_sum(exact_square(kLeast), Int128{-1}));
  CHECK(integer_text(greatest) == "170141183460469231731687303715884105727");
  CHECK(integer_text(-greatest - 1) == "-170141183460469231731687303715884105728");
  for (const Int128 value : {Int128{0}, Int128{-7}, Int128{kMost}, greatest, -greatest, -greatest - 1})
    CHECK((parse_integer(integer_text(value)) == value));
  for (const char* text : {"", "-", "-0", "01", "+1", "1.5", " 1", "1e3", "170141183460469231731687303715884105728",
                           "-170141183460469231731687303715884105729"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_integer(text), std::invalid_argument);
  }
}

TEST_CASE("a sum out of range is refused, never wrapped around", "[exact_sum]") {
  CHECK(exact_sum(kMost, std::int64_t{-1}) == kMost - 1);
  CHECK_THROWS_AS(exact_sum(kMost, std::int64_t{1}), std::overflow_error);
  CHECK_THROWS_AS(exact_sum(kLeast, std::int64_t{-1}), std::overflow_error);
  const Int128 near = exact_sum(exact_square(kLeast), exact_square(kMost));
  CHECK_THROWS_AS(exact_sum(near, exact_square(kMost)), std::overflow_error);
}

TEST_CASE("a decimal is a whole number of units, rounded half away from zero, and limited", "[exact_sum]") {
  CHECK(integer_text(fixed_point(2.5)) == "2500000000000");
  CHECK(integer_text(fixed_point(-0.1)) == "-100000000000");
  CHECK(integer_text(fixed_point(1e-9)) == "1000");
  CHECK(integer_text(fixed_point(5e-13)) == "1");
  CHECK(integer_text(fixed_point(4e-13)) == "0");
  CHECK(integer_text(fixed_point(1e300)) == "1000000000000000000000000000000");
  CHECK(integer_text(fixed_point(-1e300)) == "-1000000000000000000000000000000");
  CHECK(from_fixed_point(0) == 0);
  CHECK(from_fixed_point(1) == 1e-12);
  CHECK(from_fixed_point(-1'500'000'000'000) == -1.5);
  CHECK(from_fixed_point(fixed_point(0.1) + fixed_point(0.2)) == 0.3);
}

TEST_CASE("sums of decimals with up to six places are exact in every order", "[exact_sum]") {
  constexpr std::uint64_t kSeed = 7;
  INFO("seed " << kSeed);
  Chance chance(kSeed);
  std::vector<std::int64_t> millionths;
  for (int i = 0; i < 2000; ++i)
    millionths.push_back(chance.between(-1, 1) *
                         chance.below(chance.one_of({10L, 1'000'000L, 8'000'000'000'000'000L})));
  Int128 expected = 0;
  for (const auto value : millionths) expected += Int128{value} * 1'000'000;
  for (int order = 0; order < 5; ++order) {
    for (std::size_t i = millionths.size(); i > 1; --i)
      std::swap(millionths[i - 1], millionths[static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(i)))]);
    Int128 sum = 0;
    for (const auto value : millionths) sum = exact_sum(sum, fixed_point(static_cast<double>(value) / 1e6));
    CHECK((sum == expected));
  }
}
