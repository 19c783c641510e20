// Hashes of definitions: what moves them and what does not. Spec: jobs, "Incremental refresh", rule 7.
#include "contracts/definition.hpp"

#include <set>

#include "support/catch.hpp"

using namespace tidemark;

TEST_CASE("every metric and family has a hash of its own") {
  std::set<std::string> hashes;
  for (const auto& metric : all_metrics()) {
    CHECK(definition_hash(metric).size() == 16);
    hashes.insert(definition_hash(metric));
  }
  for (const auto family : kMetricFamilies) hashes.insert(definition_hash(family));
  CHECK(hashes.size() == all_metrics().size() + kMetricFamilies.size());
}

TEST_CASE("the north star is a family, everything else is operational") {
  std::size_t north_star = 0;
  for (const auto& metric : all_metrics())
    if (metric.family == MetricFamily::north_star) ++north_star;
  CHECK(north_star == 5);
  CHECK(family_of("health_at_a_glance") == MetricFamily::north_star);
  CHECK(family_of("bottleneck_contribution") == MetricFamily::operational);
  CHECK(family_of("a_metric_that_was") == MetricFamily::operational);
  CHECK(freshness_minutes(MetricFamily::north_star) == 60);
  CHECK(freshness_minutes(MetricFamily::operational) == 15);
}

TEST_CASE("a hash moves with the rows that a definition gives, not with its words") {
  const Metric& wip = *find_metric("wip");
  const auto before = definition_hash(wip);
  auto other = wip;
  other.title = "Work";
  other.freshness_minutes = 1;
  other.thresholds.reset();
  CHECK(definition_hash(other) == before);
  other = wip;
  ++other.revision;
  CHECK(definition_hash(other) != before);
  other = wip;
  other.trend_dimensions.pop_back();
  CHECK(definition_hash(other) != before);
  other = wip;
  other.drilldown.reset();
  CHECK(definition_hash(other) != before);
}
