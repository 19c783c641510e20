#include "compute/statistics.hpp"

#include "contracts/comparison.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::compute;

TEST_CASE("percentile_cont interpolates linearly at rank (n - 1) p") {
  const std::vector<std::int64_t> one{7};
  CHECK(percentile_cont(one, 0) == 7);
  CHECK(percentile_cont(one, 0.95) == 7);
  const std::vector<std::int64_t> four{10, 20, 30, 40};
  CHECK(percentile_cont(four, 0) == 10);
  CHECK(percentile_cont(four, 0.5) == 25);
  CHECK(percentile_cont(four, 0.9) == Approx(37));
  CHECK(percentile_cont(four, 1) == 40);
  const std::vector<std::int64_t> ties{5, 5, 5};
  CHECK(percentile_cont(ties, 0.85) == 5);
}

TEST_CASE("the rank of the median's interval is the specification's table") {
  CHECK(median_interval_rank(5) == 0);
  CHECK(median_interval_rank(6) == 1);
  CHECK(median_interval_rank(10) == 2);
  CHECK(median_interval_rank(20) == 6);
  CHECK(median_interval_rank(50) == 18);
  CHECK(median_interval_rank(5000) > 2400);  // 0.5^5000 underflows a double
}

TEST_CASE("the median's interval is [x_k, x_(n+1-k)]") {
  std::vector<std::int64_t> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto interval = median_interval(values);
  REQUIRE(interval);
  CHECK(interval->lower == 2);
  CHECK(interval->upper == 9);
  values.resize(5);
  CHECK_FALSE(median_interval(values));
}

TEST_CASE("the mean's interval uses the sample deviation and needs two values") {
  const std::vector<std::int64_t> values{2, 4, 4, 4, 5, 5, 7, 9};
  Distribution distribution;
  CHECK_FALSE(mean_interval(distribution));
  for (const auto value : values) {
    distribution.add(value);
    if (distribution.count() == 1) CHECK_FALSE(mean_interval(distribution));
  }
  const auto interval = mean_interval(distribution);
  REQUIRE(interval);
  CHECK(interval->upper - 5 == Approx(1.959964 * 2.13808993529939517 / 2.82842712474619));
  CHECK(*population_deviation(values) == Approx(2));
  CHECK_FALSE(mean({}));
}

TEST_CASE("Wilson's interval has no continuity correction and stays inside [0, 1]") {
  const auto interval = wilson_interval(8, 10);
  REQUIRE(interval);
  CHECK(interval->lower == Approx(0.49016).epsilon(1e-4));
  CHECK(interval->upper == Approx(0.94331).epsilon(1e-4));
  for (std::int64_t n = 1; n <= 50; ++n) {
    CHECK(wilson_interval(0, n)->lower == 0);
    CHECK(wilson_interval(n, n)->upper == 1);
  }
  CHECK_FALSE(wilson_interval(0, 0));
}

TEST_CASE("a ratio over nothing is undefined, and clamped else") {
  CHECK_FALSE(ratio(0, 0));
  CHECK(*ratio(0, 3) == 0);
  CHECK(*ratio(4, 3) == 1);
}

TEST_CASE("five per cent make a change up or down") {
  CHECK(compare(105, 100.0).direction == "up");
  CHECK(compare(95, 100.0).direction == "down");
  CHECK(compare(104.9, 100.0).direction == "stable");
  CHECK(*compare(104.9, 100.0).change_pct == Approx(4.9));
  CHECK(*compare(-90, -100.0).change_pct == Approx(10));
  CHECK(*compare(-5, -10.0).change_pct == 50);
  CHECK(compare(5, 0.0).direction == "stable");
  CHECK_FALSE(compare(5, 0.0).change_pct);
  CHECK_FALSE(compare(5, std::nullopt).change_pct);
}
