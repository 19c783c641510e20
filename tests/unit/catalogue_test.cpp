#include "contracts/catalogue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "contracts/catalogue_entry.hpp"
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

TEST_CASE("freshness, retention and thresholds are the specification's") {
  for (const auto& metric : all_metrics()) {
    CAPTURE(std::string{metric.key});
    const bool north_star = metric.kind == MetricKind::rolling && metric.key != "bottleneck_contribution";
    CHECK(metric.freshness_minutes == (north_star ? 60 : 15));
    // Compute writes every metric under one policy; a policy of its own would have to be applied there first.
    CHECK(metric.retention == RetentionDays{});
  }
  const auto& lead = find_metric("lead_time")->thresholds;
  REQUIRE(lead.has_value());
  CHECK(lead->field == "p90_minutes");
  CHECK(lead->side == AlertThresholds::Side::above);
  CHECK(lead->warning == 10 * 24 * 60);
  CHECK(lead->emergency == 21 * 24 * 60);
  const auto& predictability = find_metric("delivery_predictability_index")->thresholds;
  REQUIRE(predictability.has_value());
  CHECK(predictability->field.empty());
  CHECK(predictability->side == AlertThresholds::Side::below);
  CHECK(predictability->critical == 50);
  CHECK(find_metric("blocked")->thresholds->warning == 0.15);
  CHECK_FALSE(find_metric("throughput")->thresholds.has_value());
}

TEST_CASE("a catalogue file that is no entry is refused by file and member") {
  const auto good = nlohmann::json::parse(R"({
    "order": 1, "key": "k", "title": "K", "description": "A k", "unit": "tasks", "domain": "delivery",
    "family": "operational", "kind": "event", "headline": "count", "revision": 1, "direction": "neutral", "grains": ["day"], "trend_dimensions": [], "undivided": true,
    "breakdown_dimensions": [{"name": "phase", "split": "additive"}], "freshness_minutes": 15,
    "retention_days": {"trend": 90, "breakdown": 90, "drilldown": 30},
    "alert_thresholds": {"side": "above", "warning": 1, "critical": 2, "emergency": 3}})");
  CHECK(parse_catalogue_entry("k.json", good).metric.key == "k");

  const auto refusal = [&](const char* pointer, nlohmann::json value) -> std::string {
    auto document = good;
    if (value.is_null()) {
      document.erase(pointer + 1);
    } else {
      document[nlohmann::json::json_pointer{pointer}] = std::move(value);
    }
    try {
      parse_catalogue_entry("k.json", document);
    } catch (const std::logic_error& problem) {
      return problem.what();
    }
    return "nothing";
  };
  CHECK(refusal("/unit", nullptr) == "k.json: unit: is missing");
  CHECK(refusal("/unti", "tasks") == "k.json: unti: is not known");
  CHECK(refusal("/unit", 5) == "k.json: unit: is not a text: 5");
  CHECK(refusal("/kind", "sum") == "k.json: kind: 'sum' is none of event, level, rolling");
  CHECK(refusal("/grains/0", "year") == "k.json: grains: 'year' is none of hour, day, week, month");
  CHECK(refusal("/undivided", 1) == "k.json: undivided: is neither true nor false: 1");
  CHECK(refusal("/retention_days/trend", 0) == "k.json: retention_days.trend: is not a whole number from 1 on: 0");
  CHECK(refusal("/breakdown_dimensions/0/split", "half") ==
        "k.json: breakdown_dimensions[].split: 'half' is none of additive, partition, overlapping, numerator");
  CHECK(refusal("/alert_thresholds/critical", 5) ==
        "k.json: alert_thresholds: warning, critical and emergency do not go further above");
}
