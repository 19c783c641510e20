#include "compute/metrics/wip.hpp"

#include "compute/metric_list.hpp"

namespace tidemark::compute {

std::vector<Stretch> wip_stretches(const ProjectView& view) { return unbroken_stretches(view, is_wip); }

Point wip_point(const Bucket& bucket, std::span<const Stretch* const> held) {
  const SortedMicros ages = ages_at(bucket, held);
  const auto younger_than = [&](Micros limit) {
    return std::lower_bound(ages.begin(), ages.end(), limit.count()) - ages.begin();
  };
  const auto day1 = younger_than(kDay);
  const auto day3 = younger_than(3 * kDay);
  const auto day7 = younger_than(kWeek);
  JsonObject aging;
  aging.add("lt_24h", day1).add("24h_to_72h", day3 - day1).add("72h_to_7d", day7 - day3);
  aging.add("gt_7d", static_cast<std::ptrdiff_t>(ages.size()) - day7);
  Point point{static_cast<double>(ages.size()), {}};
  point.json.add("total_count", ages.size()).add("aging_buckets", aging).add("sample_size", ages.size());
  if (!ages.empty()) point.json.add("avg_age_hours", in_unit(*mean(ages), Unit::hours));
  add_percentile(point.json, "p50_age_hours", ages, 0.50, Unit::hours);
  add_percentile(point.json, "p85_age_hours", ages, 0.85, Unit::hours);
  return point;
}

void metrics::wip(const ProjectView& view, RowSink& sink) {
  const auto stretches = wip_stretches(view);
  const auto explain = [&](Trace& trace, const Stretch& stretch) {
    trace.include(evidence_of(view, stretch), 1, "in progress for " + hours_note(trace.end() - stretch.start));
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  emit_levels(view, sink, "wip", stretches, task_splits<Stretch>(), Formula{wip_point, explain});
  emit_ages(view, sink, "wip", stretches, [](TaskIndex, Micros, JsonObject&) {});
}

}  // namespace tidemark::compute
