#include "compute/explain.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "contracts/catalogue.hpp"

namespace tidemark::compute {
namespace {

const tidemark::Metric& entry_of(const PointKey& key) { return *find_metric(key.metric); }

// Whether the point stands in the trend; those of the other dimensions stand in the breakdown only.
bool in_trend(const PointKey& key) {
  return key.dimensions.all() || entry_of(key).splits_trend_by(key.dimensions.name);
}

// A bucket of the future is not cut by the as-of: it has not begun.
Bucket bucket_of(const PointKey& key, const Horizon& horizon) {
  Bucket bucket = horizon.bucket(key.grain, key.at);
  if (bucket.start <= horizon.as_of()) return bucket;
  bucket.partial = false;
  bucket.window = whole_window(bucket.start, bucket.end);
  return bucket;
}

Window window_of(const PointKey& key, const Horizon& horizon, Instant first_fact) {
  const Bucket bucket = bucket_of(key, horizon);
  switch (entry_of(key).kind) {
    case MetricKind::event: return bucket.window;
    case MetricKind::rolling: return horizon.rolling_window(bucket);
    case MetricKind::level: return {std::min(first_fact, bucket.window.end), bucket.window.cutoff, bucket.window.end};
  }
  return bucket.window;
}

// The instants of rows that might have counted: also those of the bucket that are later than the as-of.
Window candidates_of(const PointKey& key, const Window& window, Instant bucket_end) {
  const bool level = entry_of(key).kind == MetricKind::level;
  return {level ? Instant::min() : window.from, bucket_end, bucket_end};
}

std::optional<PointValue> value_of(const ProjectRows& rows, const PointKey& key, Instant bucket) {
  if (in_trend(key)) {
    for (const auto& row : rows.trend)
      if (row.grain == key.grain && row.bucket == bucket && row.dimensions == key.dimensions) return row.value;
    return std::nullopt;
  }
  for (const auto& row : rows.breakdown)
    if (row.bucket == bucket && row.dimension_key == key.dimensions.name && row.dimension_value == key.dimensions.value)
      return row.value;
  return std::nullopt;
}

std::vector<std::string> values_of(const ProjectRows& rows, const std::string& dimension) {
  std::set<std::string> values;
  if (dimension.empty()) return {};
  for (const auto& row : rows.trend)
    if (row.dimensions.name == dimension) values.insert(row.dimensions.value);
  for (const auto& row : rows.breakdown)
    if (row.dimension_key == dimension) values.insert(row.dimension_value);
  return {values.begin(), values.end()};
}

Absence absence_of(const PointKey& key, const Horizon& horizon, const PointExplanation& explanation) {
  const Bucket& bucket = explanation.bucket;
  if (bucket.start > horizon.as_of()) return Absence::after_as_of;
  if (!explanation.first_fact || bucket.end <= *explanation.first_fact) return Absence::before_first_fact;
  const auto rows = in_trend(key) ? kept_rows(bucket.grain) : KeptRows::breakdown;
  if (!horizon.floors_of(key.metric).keeps(rows, bucket.start)) return Absence::past_retention;
  const auto& values = explanation.values;
  if (!key.dimensions.all() && !std::binary_search(values.begin(), values.end(), key.dimensions.value))
    return Absence::unknown_value;
  switch (entry_of(key).kind) {
    case MetricKind::event: return Absence::no_fact;
    case MetricKind::rolling: return Absence::undefined;
    case MetricKind::level: break;
  }
  if (!key.dimensions.all()) return Absence::nothing_held;
  return key.metric == "dependency_risk" && key.grain != Grain::hour ? Absence::no_dependency : Absence::no_change;
}

// Takes back the rows of tasks that have another value of a task's dimension: had they counted, it would have been in
// another point. What other_value names was in the bucket and stays.
void drop_other_values(const ProjectView& view, const PointKey& key, const Window& window,
                       std::vector<LeftOut>& left_out) {
  const auto& splits = task_splits<Creation>();
  const auto split = std::find_if(splits.begin(), splits.end(), [&](auto& s) { return s.name == key.dimensions.name; });
  if (split == splits.end()) return;
  std::map<std::string, TaskIndex> by_id;
  for (std::size_t i = 0; i < view.tasks.size(); ++i)
    by_id.emplace(to_string(view.tasks[i].source->id), static_cast<TaskIndex>(i));
  const bool event = entry_of(key).kind == MetricKind::event;
  std::erase_if(left_out, [&](const LeftOut& row) {
    const auto task = by_id.find(row.evidence.entity_id);
    if (row.reason.code == reasons::kOtherValue.code || task == by_id.end()) return false;
    const Instant at = event ? row.evidence.at.value_or(window.end) : window.cutoff - Micros{1};
    std::vector<ValueId> values;
    split->values(view, {at, task->second}, at, values);
    return std::none_of(values.begin(), values.end(),
                        [&](ValueId id) { return view.value(id) == key.dimensions.value; });
  });
}

void run_metric(std::string_view key, const ProjectView& view, RowSink& sink) {
  const auto at = std::find(kMetricKeys.begin(), kMetricKeys.end(), key);
  if (at != kMetricKeys.end()) kMetrics[static_cast<std::size_t>(at - kMetricKeys.begin())](view, sink);
}

}  // namespace

std::string_view to_string(Absence absence) {
  switch (absence) {
    case Absence::after_as_of: return "after_as_of";
    case Absence::before_first_fact: return "before_first_fact";
    case Absence::past_retention: return "past_retention";
    case Absence::unknown_value: return "unknown_value";
    case Absence::no_fact: return "no_fact";
    case Absence::no_change: return "no_change";
    case Absence::nothing_held: return "nothing_held";
    case Absence::no_dependency: return "no_dependency";
    case Absence::undefined: return "undefined";
  }
  return "";
}

PointExplanation explain_point(const ProjectSources& sources, const ComputeOptions& options, const PointKey& key,
                               const std::vector<Exclusion>& unread) {
  std::vector<Exclusion> exclusions = unread;
  const ProjectView view(sources, options.as_of, options.clock, options.floors, &exclusions);
  const Horizon& horizon = view.horizon();
  PointExplanation explanation;
  explanation.bucket = bucket_of(key, horizon);
  explanation.window = window_of(key, horizon, view.first_fact());
  if (view.first_fact() != kNever) explanation.first_fact = view.first_fact();

  Trace trace(explanation.bucket, key.dimensions, candidates_of(key, explanation.window, explanation.bucket.end));
  ProjectRows rows;
  RowSink sink(horizon, rows, &trace);
  run_metric(key.metric, view, sink);
  for (auto& [kind, row] : exclusions) {
    const auto& kinds = trace.recipe().candidates;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end() && trace.concerns(row.evidence.at))
      trace.leave_out(std::move(row.evidence), row.reason, std::move(row.detail));
  }
  explanation.value = value_of(rows, key, explanation.bucket.start);
  explanation.values = values_of(rows, key.dimensions.name);
  if (!explanation.value) explanation.absence = absence_of(key, horizon, explanation);
  explanation.combination = trace.recipe().combination;
  explanation.included = trace.included();
  explanation.left_out = trace.left_out();
  drop_other_values(view, key, explanation.window, explanation.left_out);
  return explanation;
}

}  // namespace tidemark::compute
