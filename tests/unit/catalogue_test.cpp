#include "contracts/catalogue.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"

using namespace tidemark;

TEST_CASE("the catalogue holds every delivery key of the contract, once") {
  const std::set<std::string_view> contract{"delivery_predictability_index",
                                            "flow_efficiency_score",
                                            "integration_reliability_score",
                                            "active_value_delivery_rate",
                                            "health_at_a_glance",
                                            "throughput",
                                            "lead_time",
                                            "cycle_time",
                                            "wip",
                                            "blocked",
                                            "backlog",
                                            "gate_latency",
                                            "integration_outcomes",
                                            "state_distribution",
                                            "arrivals",
                                            "rework",
                                            "time_in_state",
                                            "reviewer_load",
                                            "replan_churn",
                                            "dependency_risk",
                                            "bottleneck_contribution"};
  std::set<std::string_view> keys;
  for (const auto& metric : all_metrics()) CHECK(keys.insert(metric.key).second);
  CHECK(keys == contract);
}

TEST_CASE("a metric is found by its key and by nothing else") {
  REQUIRE(find_metric("lead_time") != nullptr);
  CHECK(find_metric("lead_time")->unit == "minutes");
  CHECK(find_metric("Lead_time") == nullptr);
  CHECK(find_metric("") == nullptr);
}

TEST_CASE("rolling metrics have no hour points, and only event metrics merge") {
  for (const auto& metric : all_metrics()) {
    CAPTURE(std::string{metric.key});
    const bool hourly = metric.grains.front() == Grain::hour;
    if (metric.kind == MetricKind::rolling) CHECK_FALSE(hourly);
    CHECK((metric.kind == MetricKind::event) ==
          (metric.headline != Headline::level && metric.headline != Headline::score));
    CHECK(std::is_sorted(metric.grains.begin(), metric.grains.end()));
    CHECK(std::find(metric.grains.begin(), metric.grains.end(), Grain::day) != metric.grains.end());
    CHECK((metric.undivided || !metric.trend_dimensions.empty()));
    CHECK_FALSE(metric.description.empty());
  }
}

TEST_CASE("dimensions are declared as the metric definitions say") {
  const auto& throughput = *find_metric("throughput");
  CHECK(throughput.splits_trend_by("assignee"));
  CHECK_FALSE(throughput.splits_trend_by("priority"));
  REQUIRE(throughput.breakdown_dimension("priority") != nullptr);
  CHECK(throughput.breakdown_dimension("priority")->additive());
  CHECK_FALSE(throughput.breakdown_dimension("capability_tag")->additive());
  CHECK(throughput.breakdown_dimension("state") == nullptr);
  CHECK_FALSE(find_metric("lead_time")->breakdown_dimension("phase")->additive());
  CHECK(find_metric("blocked")->breakdown_dimension("block_reason")->split == Split::numerator);
  CHECK(find_metric("state_distribution")->breakdown_dimension("state")->additive());
  CHECK_FALSE(find_metric("time_in_state")->undivided);
  CHECK(find_metric("gate_latency")->drilldown->entity_type == "gate_decision");
  CHECK(find_metric("wip")->drilldown->unit == "hours");
  CHECK_FALSE(find_metric("throughput")->drilldown.has_value());
}
