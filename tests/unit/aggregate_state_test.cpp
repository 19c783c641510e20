#include "contracts/aggregate_state.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "support/catch.hpp"

using namespace tidemark;

namespace {

Distribution distribution_of(const std::vector<std::int64_t>& values) {
  Distribution d;
  for (const auto value : values) d.add(value);
  return d;
}

std::vector<std::int64_t> heavy_tail(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> lengths(20, 3);
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<std::int64_t>(std::min(lengths(random), 1e15)) * (i % 7 == 0 ? -1 : 1));
  values[0] = 0;
  return values;
}

}  // namespace

TEST_CASE("up to 64 values are kept and their quantiles are exact") {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 64; i > 0; --i) values.push_back(i * 1000);
  const auto d = distribution_of(values);
  CHECK(d.exact());
  CHECK(d.quantile(0.5) == 32500);
  CHECK(d.sum() == 64 * 65 / 2 * 1000);
  CHECK(d.min() == 1000);
  CHECK(d.max() == 64000);
}

TEST_CASE("beyond 64 values quantiles are within one per cent, count, sum, min and max exact") {
  auto values = heavy_tail(5000, 1);
  const auto d = distribution_of(values);
  CHECK_FALSE(d.exact());
  std::sort(values.begin(), values.end());
  CHECK(d.count() == 5000);
  CHECK(d.min() == values.front());
  CHECK(d.max() == values.back());
  for (const double p : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0}) {
    const auto exact = static_cast<double>(values[static_cast<std::size_t>(p * 4999)]);
    INFO("p = " << p);
    CHECK(std::abs(d.quantile(p) - exact) <= 0.0101 * std::abs(exact));
  }
}

TEST_CASE("merging gives the same state in every order and split") {
  const auto values = heavy_tail(300, 2);
  const auto whole = distribution_of(values);
  for (const std::size_t cut : {1U, 40U, 64U, 150U, 299U}) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(cut);
    auto left = distribution_of({values.begin(), middle});
    auto right = distribution_of({middle, values.end()});
    auto reversed = right;
    reversed.merge(left);
    left.merge(right);
    CHECK(left == whole);
    CHECK(reversed == whole);
  }
  auto with_empty = whole;
  with_empty.merge(Distribution{});
  CHECK(with_empty == whole);
}

TEST_CASE("a state survives its JSON") {
  for (const std::size_t count : {1U, 64U, 65U, 2000U}) {
    AggregateState state;
    state.counts["n"] = 5;
    state.distributions["value"] = distribution_of(heavy_tail(count, 3));
    const auto text = state.stored_form();
    const auto back = AggregateState::parse(nlohmann::json::parse(text));
    CHECK(back.counts == state.counts);
    CHECK(back.distributions == state.distributions);
    CHECK(back.stored_form() == text);
  }
}

TEST_CASE("a state of another version or with broken bins is refused") {
  CHECK_THROWS_AS(AggregateState::parse(nlohmann::json::parse(R"({"v": 2})")), std::invalid_argument);
  CHECK_THROWS_AS(AggregateState::parse(nlohmann::json::parse("[]")), std::invalid_argument);
  CHECK_THROWS_AS(AggregateState::parse(nlohmann::json::parse(R"({"v":1,"d":{"value":{"n":3,"raw":[1]}}})")),
                  std::invalid_argument);
}
