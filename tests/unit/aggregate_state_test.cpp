#include "contracts/aggregate_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "support/catch.hpp"
#include "support/chance.hpp"

using namespace tidemark;
using namespace tidemark::tests;

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
  CHECK((d.sum() == 64 * 65 / 2 * 1000));
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
    const auto exact = percentile_cont(values, p);
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
    state.groups["class"]["bug"] = 2;
    state.sums["hours"] = fixed_point(-2.5);
    state.distributions["value"] = distribution_of(heavy_tail(count, 3));
    const auto text = state.stored_form();
    const auto back = AggregateState::parse(nlohmann::json::parse(text));
    CHECK((back == state));
    CHECK(back.stored_form() == text);
  }
}

TEST_CASE("a state of another version, without its members or with broken bins is refused, with the reason") {
  const auto parse = [](const char* text) { return AggregateState::parse(nlohmann::json::parse(text)); };
  CHECK_THROWS_WITH(parse(R"({"v": 1})"), "not an aggregate state: its version is 1, expected 2");
  CHECK_THROWS_WITH(parse(R"({"c": {"n": 1}})"), "not an aggregate state: its version is null, expected 2");
  for (const char* text :
       {"[]", R"({"v": "two"})", R"({"v":2,"d":{"value":{"n":3,"raw":[1]}}})", R"({"v":2,"c":{"n":"3"}})",
        R"({"v":2,"s":{"hours":3}})", R"({"v":2,"s":{"hours":"3.5"}})", R"({"v":2,"d":{"value":1}})"}) {
    INFO(text);
    CHECK_THROWS_AS(parse(text), std::invalid_argument);
  }
  for (const char* bins : {"1 70 x", "0 70", "1 0 1 70", "99999 70", "1 -5 1 75", "1", "1 60"}) {
    INFO(bins);
    const nlohmann::json sketch{{"n", 70}, {"sum", "70"}, {"squares", "70"}, {"min", 1}, {"max", 1}, {"bins", bins}};
    CHECK_THROWS_AS(Distribution::parse(sketch), std::invalid_argument);
  }
}

TEST_CASE("what a state does not have is named") {
  AggregateState state;
  state.counts["n"] = 1;
  CHECK(state.count("n") == 1);
  CHECK_THROWS_WITH(state.count("m"), "not an aggregate state: it has no count 'm'");
  CHECK_THROWS_AS(state.group("m"), std::invalid_argument);
  CHECK_THROWS_AS(state.sum("m"), std::invalid_argument);
  CHECK_THROWS_AS(state.distribution("m"), std::invalid_argument);
}

TEST_CASE("counts, sums and squares that are out of range are refused") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Distribution d;
  d.add(kMost);
  d.add(-kMost);
  CHECK_THROWS_AS(d.add(kMost), std::overflow_error);
  AggregateState state, other;
  state.counts["n"] = kMost;
  other.counts["n"] = 1;
  CHECK_THROWS_AS(state.merge(other), std::overflow_error);
}

namespace {

struct Shape {
  const char* name;
  std::int64_t (*value)(Chance&);
};

double unit(Chance& chance) { return static_cast<double>(chance.between(1, 1'000'000'000)) / 1e9; }

std::int64_t pareto(Chance& chance) {
  return static_cast<std::int64_t>(std::min(1e15, 6e7 * std::pow(unit(chance), -1 / 0.8)));
}
std::int64_t huge_range(Chance& chance) { return static_cast<std::int64_t>(std::pow(10, 15 * unit(chance))); }

const std::vector<Shape> kShapes{
    {"pareto", pareto},
    {"constant", [](Chance&) -> std::int64_t { return 3'600'000'000; }},
    {"bimodal", [](Chance& c) { return c.hits(50) ? c.between(50, 70) : c.between(900'000'000, 1'000'000'000); }},
    {"negative", [](Chance& c) { return -pareto(c); }},
    {"mixed sign", [](Chance& c) { return c.hits(50) ? -huge_range(c) : huge_range(c); }},
    {"zeros", [](Chance&) -> std::int64_t { return 0; }},
    {"zeros among others", [](Chance& c) { return c.hits(40) ? 0 : c.between(-1000, 100'000'000); }},
    {"1 us to 1e15 us", huge_range},
    {"bounds of bins", [](Chance& c) { return static_cast<std::int64_t>(std::pow(1.01 / 0.99, c.below(1700))); }},
};

std::vector<std::int64_t> values_of(const Shape& shape, std::int64_t count, Chance& chance) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(shape.value(chance));
  return values;
}

template <typename T>
void shuffle(std::vector<T>& items, Chance& chance) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(i)))]);
}

// The values in random parts, merged in a random tree, empty ones among them.
Distribution merged_at_random(std::vector<std::int64_t> values, Chance& chance) {
  shuffle(values, chance);
  std::vector<Distribution> parts(1);
  const auto mean_size = chance.one_of({1, 7, 64, 400});
  for (const auto value : values) {
    if (chance.below(mean_size) == 0) parts.emplace_back();
    parts.back().add(value);
  }
  parts.emplace_back();
  while (parts.size() > 1) {
    shuffle(parts, chance);
    const auto last = parts.back();
    parts.pop_back();
    parts[static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(parts.size())))].merge(last);
  }
  return parts.front();
}

void check_quantiles(const Distribution& d, const std::vector<std::int64_t>& sorted) {
  constexpr double kRounding = 1e-12;
  const double bound = d.exact() ? 0 : Distribution::kRelativeAccuracy + kRounding;
  const auto n = static_cast<std::int64_t>(sorted.size());
  const auto at_rank = [&](std::int64_t rank) { return static_cast<double>(sorted[static_cast<std::size_t>(rank)]); };
  std::int64_t beyond = 0;
  for (std::int64_t rank = 0; rank < n; ++rank)
    if (std::abs(d.value_at(rank) - at_rank(rank)) > bound * std::abs(at_rank(rank))) ++beyond;
  CHECK(beyond == 0);
  CHECK(d.quantile(0) == at_rank(0));
  CHECK(d.quantile(1) == at_rank(n - 1));
  double before = at_rank(0);
  for (int step = 0; step <= 1000; ++step) {
    const double p = step / 1000.0;
    const double rank = static_cast<double>(n - 1) * p;
    const auto below = static_cast<std::int64_t>(rank);
    const double part = rank - static_cast<double>(below);
    const double low = at_rank(below);
    const double high = at_rank(std::min(below + 1, n - 1));
    const double found = d.quantile(p);
    // Of one sign this is the bound times the percentile itself.
    const double allowed = bound * ((1 - part) * std::abs(low) + part * std::abs(high));
    if (std::abs(found - percentile_cont(sorted, p)) > allowed || found < at_rank(0) || found > at_rank(n - 1) ||
        found < before * (before < 0 ? 1 + kRounding : 1 - kRounding)) {
      FAIL_CHECK("p = " << p << ": " << found << " for " << percentile_cont(sorted, p) << " after " << before);
      return;
    }
    before = found;
  }
}

}  // namespace

TEST_CASE("whatever the values, merging in any tree gives the same bytes and quantiles within one per cent") {
  std::int64_t merges = 0;
  for (const auto& shape : kShapes)
    for (const std::int64_t count : {1, 2, 63, 64, 65, 66, 128, 500, 3000})
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        INFO(shape.name << ", " << count << " values, seed " << seed);
        Chance chance(seed * 1000 + static_cast<std::uint64_t>(count));
        auto values = values_of(shape, count, chance);
        const auto whole = distribution_of(values);
        const auto text = whole.stored_form();
        for (int tree = 0; tree < 4; ++tree, ++merges) {
          const auto merged = merged_at_random(values, chance);
          REQUIRE(merged.stored_form() == text);
          REQUIRE(merged == whole);
        }
        REQUIRE(Distribution::parse(nlohmann::json::parse(text)) == whole);
        std::sort(values.begin(), values.end());
        check_quantiles(whole, values);
        Int128 sum = 0, squares = 0;
        for (const auto value : values) {
          sum += value;
          squares += exact_square(value);
        }
        CHECK((whole.sum() == sum));
        CHECK((whole.squares() == squares));
        CHECK(whole.exact() == (count <= 64));
      }
  CHECK(merges == 9 * 9 * 3 * 4);
}

TEST_CASE("the deviation from the mean is exact where squares are far larger than it") {
  Distribution d;
  for (const std::int64_t value : {1, 2, 3, 4}) d.add(1'000'000'000'000'000 + value);
  CHECK(d.squared_deviation() == 5);
  Distribution negative;
  for (const std::int64_t value : {-1, -2, -4}) negative.add(value);
  CHECK(negative.squared_deviation() == Approx(42.0 / 9));
  Distribution same;
  for (int i = 0; i < 100; ++i) same.add(86'400'000'001);
  CHECK(same.squared_deviation() == 0);
}

TEST_CASE("whole states merge in every order to the same bytes") {
  Chance chance(5);
  std::vector<AggregateState> states(12);
  for (auto& state : states) {
    state.counts["n"] = chance.below(9);
    if (chance.hits(50)) state.groups["class"][chance.one_of({"bug", "n", "größe"})] = chance.below(9);
    if (chance.hits(50)) state.sums["hours"] = fixed_point(static_cast<double>(chance.below(900)) / 8 - 50);
    for (auto n = chance.below(20); n > 0; --n) state.distributions["value"].add(pareto(chance));
  }
  std::string first;
  for (int order = 0; order < 20; ++order) {
    shuffle(states, chance);
    AggregateState left, pairs;
    for (const auto& state : states) left.merge(state);
    for (std::size_t i = 0; i < states.size(); i += 2) {
      auto pair = states[i + 1];
      pair.merge(states[i]);
      pair.merge(AggregateState{});
      pairs.merge(pair);
    }
    if (first.empty()) first = left.stored_form();
    CHECK(left.stored_form() == first);
    CHECK(pairs.stored_form() == first);
  }
  CHECK(AggregateState::parse(nlohmann::json::parse(first)).stored_form() == first);
}
