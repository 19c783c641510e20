#include "contracts/catalogue.hpp"

#include <algorithm>

namespace tidemark {
namespace {

using Splits = std::vector<BreakdownDimension>;

const std::vector<Grain> kEveryGrain{Grain::hour, Grain::day, Grain::week, Grain::month};
const std::vector<Grain> kFromDay{Grain::day, Grain::week, Grain::month};

const std::vector<std::string_view> kUndivided{};
const std::vector<std::string_view> kTaskAttributes{"phase", "milestone", "assignee", "task_class"};

// The attributes of a task; it has one of each but any number of tags.
Splits by_task(Split split) {
  Splits dimensions;
  for (const auto name : kTaskAttributes) dimensions.push_back({name, split});
  dimensions.push_back({"priority", split});
  dimensions.push_back({"capability_tag", Split::overlapping});
  return dimensions;
}

Splits by_task_and(Split split, BreakdownDimension further) {
  auto dimensions = by_task(split);
  dimensions.push_back(further);
  return dimensions;
}

Metric rolling(std::string_view key, std::string_view title, std::string_view description, std::string_view unit,
               Direction direction) {
  return {.key = key,
          .title = title,
          .description = description,
          .unit = unit,
          .domain = Domain::delivery,
          .kind = MetricKind::rolling,
          .headline = Headline::score,
          .direction = direction,
          .count_field = "sample_size",
          .grains = kFromDay,
          .trend_dimensions = kUndivided,
          .undivided = true,
          .breakdown_dimensions = {},
          .drilldown = std::nullopt};
}

std::vector<Metric> north_star() {
  constexpr auto higher = Direction::higher_is_better;
  std::vector<Metric> metrics;
  metrics.push_back(rolling("delivery_predictability_index", "Delivery predictability",
                            "100 x weighted mean of schedule reliability, cycle time stability and blocker resolution",
                            "score", higher));
  metrics.push_back(rolling("flow_efficiency_score", "Flow efficiency",
                            "100 x time worked on / time worked on, queued, in review and blocked", "score", higher));
  metrics.back().trend_dimensions = kTaskAttributes;
  metrics.back().breakdown_dimensions = by_task(Split::partition);
  metrics.back().drilldown = DrilldownEntity{"task", "score"};
  metrics.push_back(rolling("integration_reliability_score", "Integration reliability",
                            "100 x (0.6 success ratio + 0.4 recovery score) of integration attempts", "score", higher));
  metrics.push_back(rolling("active_value_delivery_rate", "Active value delivery",
                            "Completed tasks per day, weighted P0 4, P1 2, P2 1, P3 0.5", "weighted tasks per day",
                            higher));
  metrics.push_back(rolling("health_at_a_glance", "Health at a glance",
                            "The lowest of predictability, flow efficiency, integration reliability and quality gates",
                            "score", higher));
  return metrics;
}

// An entry is a few lines in the order of Metric's members; the formatter would give every member a line.
// clang-format off
std::vector<Metric> flow_events() {
  return {
      {"arrivals", "Arrivals", "Tasks created", "tasks", Domain::delivery, MetricKind::event, Headline::count,
       Direction::neutral, "", kEveryGrain, kUndivided, true, {}, std::nullopt},
      {"throughput", "Throughput", "Tasks completed", "tasks", Domain::delivery, MetricKind::event, Headline::count,
       Direction::higher_is_better, "", kEveryGrain, kTaskAttributes, true, by_task(Split::additive), std::nullopt},
      {"rework", "Rework", "Completed tasks that were reopened", "tasks", Domain::delivery, MetricKind::event,
       Headline::count, Direction::lower_is_better, "", kEveryGrain, kUndivided, true, {}, std::nullopt},
      {"lead_time", "Lead time", "Median time from creation to completion", "minutes", Domain::delivery,
       MetricKind::event, Headline::median, Direction::lower_is_better, "sample_size", kEveryGrain, kTaskAttributes,
       true, by_task(Split::partition), DrilldownEntity{"task", "minutes"}},
      {"cycle_time", "Cycle time", "Median time from the first claim to completion", "minutes", Domain::delivery,
       MetricKind::event, Headline::median, Direction::lower_is_better, "sample_size", kEveryGrain, kTaskAttributes,
       true, by_task(Split::partition), DrilldownEntity{"task", "minutes"}},
      {"time_in_state", "Time in state", "Median of a completed task's total time in the state", "minutes",
       Domain::delivery, MetricKind::event, Headline::median, Direction::lower_is_better, "sample_size", kFromDay,
       {"state"}, false, {{"state", Split::partition}}, std::nullopt},
  };
}

std::vector<Metric> levels() {
  return {
      {"wip", "Work in progress", "Tasks claimed, in progress, blocked, implemented or awaiting review", "tasks",
       Domain::delivery, MetricKind::level, Headline::level, Direction::neutral, "", kEveryGrain, kTaskAttributes, true,
       by_task(Split::additive), DrilldownEntity{"task", "hours"}},
      {"blocked", "Blocked", "Share of the work in progress that is blocked", "ratio", Domain::delivery,
       MetricKind::level, Headline::level, Direction::lower_is_better, "count", kEveryGrain, kTaskAttributes, true,
       by_task_and(Split::partition, {"block_reason", Split::numerator}), DrilldownEntity{"task", "hours"}},
      {"backlog", "Integration backlog", "Tasks implemented and not yet integrated", "tasks", Domain::delivery,
       MetricKind::level, Headline::level, Direction::lower_is_better, "", kEveryGrain, kTaskAttributes, true,
       by_task(Split::additive), DrilldownEntity{"task", "hours"}},
      {"state_distribution", "State distribution", "Tasks neither integrated nor dropped, by state", "tasks",
       Domain::delivery, MetricKind::level, Headline::level, Direction::neutral, "", kEveryGrain, {"state"}, true,
       {{"state", Split::numerator}}, std::nullopt},
      {"dependency_risk", "Dependency risk", "Share of open tasks that wait on an unfinished dependency", "ratio",
       Domain::delivery, MetricKind::level, Headline::level, Direction::lower_is_better, "sample_size", kEveryGrain,
       kUndivided, true, {}, std::nullopt},
  };
}

std::vector<Metric> gates_and_integration() {
  return {
      {"gate_latency", "Gate latency", "Mean time from submission to a gate's decision", "minutes", Domain::delivery,
       MetricKind::event, Headline::mean, Direction::lower_is_better, "decisions", kEveryGrain, {"gate_type"}, true,
       {{"gate_type", Split::partition}, {"reviewer", Split::numerator}}, DrilldownEntity{"gate_decision", "minutes"}},
      {"integration_outcomes", "Integration outcomes", "Share of integration attempts that succeeded", "ratio",
       Domain::delivery, MetricKind::event, Headline::ratio, Direction::higher_is_better, "sample_size", kEveryGrain,
       {"outcome"}, true, {{"outcome", Split::numerator}}, DrilldownEntity{"integration_attempt", "minutes"}},
      {"reviewer_load", "Reviewer load", "Gate decisions taken", "decisions", Domain::delivery, MetricKind::event,
       Headline::count, Direction::neutral, "", kEveryGrain, kUndivided, true, {{"reviewer", Split::numerator}},
       std::nullopt},
      {"replan_churn", "Replan churn", "Plan change sets applied", "change sets", Domain::delivery, MetricKind::event,
       Headline::count, Direction::lower_is_better, "", kEveryGrain, kUndivided, true, {}, std::nullopt},
  };
}
// clang-format on

Metric bottleneck() {
  auto metric =
      rolling("bottleneck_contribution", "Bottleneck contribution",
              "The largest stage's share of the time from creation to completion", "pct", Direction::lower_is_better);
  metric.breakdown_dimensions = {{"stage", Split::numerator}};
  return metric;
}

std::vector<Metric> build() {
  auto metrics = north_star();
  for (const auto& group : {flow_events(), levels(), gates_and_integration()})
    metrics.insert(metrics.end(), group.begin(), group.end());
  metrics.push_back(bottleneck());
  return metrics;
}

}  // namespace

bool Metric::splits_trend_by(std::string_view dimension) const {
  return std::find(trend_dimensions.begin(), trend_dimensions.end(), dimension) != trend_dimensions.end();
}

const BreakdownDimension* Metric::breakdown_dimension(std::string_view name) const {
  const auto at = std::find_if(breakdown_dimensions.begin(), breakdown_dimensions.end(),
                               [&](const BreakdownDimension& dimension) { return dimension.name == name; });
  return at == breakdown_dimensions.end() ? nullptr : &*at;
}

const std::vector<Metric>& all_metrics() {
  static const std::vector<Metric> metrics = build();
  return metrics;
}

const Metric* find_metric(std::string_view key) {
  const auto& metrics = all_metrics();
  const auto at = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) { return metric.key == key; });
  return at == metrics.end() ? nullptr : &*at;
}

std::string_view to_string(Domain domain) {
  switch (domain) {
    case Domain::delivery: return "delivery";
    case Domain::instances: return "instances";
    case Domain::energy: return "energy";
  }
  return "";
}

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::event: return "event";
    case MetricKind::level: return "level";
    case MetricKind::rolling: return "rolling";
  }
  return "";
}

std::string_view to_string(Headline headline) {
  switch (headline) {
    case Headline::count: return "count";
    case Headline::median: return "median";
    case Headline::mean: return "mean";
    case Headline::ratio: return "ratio";
    case Headline::level: return "level";
    case Headline::score: return "score";
  }
  return "";
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::higher_is_better: return "higher_is_better";
    case Direction::lower_is_better: return "lower_is_better";
    case Direction::neutral: return "neutral";
  }
  return "";
}

}  // namespace tidemark
