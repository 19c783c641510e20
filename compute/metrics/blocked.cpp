#include "compute/metrics/blocked.hpp"

#include <map>

#include "compute/metric_list.hpp"
#include "contracts/dimensions.hpp"

namespace tidemark::compute {
namespace {

// The commonest reasons of a bucket that are kept by name. Spec: storage, "block_reason".
constexpr std::size_t kMaxReasons = 50;
constexpr std::string_view kOtherReasons = "other";

bool is_blocked(const Stretch* stretch) { return stretch->interval->state == TaskState::blocked; }

bool more_common(const ReasonCount& a, const ReasonCount& b) {
  return std::tie(b.second, a.first) < std::tie(a.second, b.first);
}

// At most kMaxReasons by name, the rest counted together as "other"; by count, then reason.
std::vector<ReasonCount> kept_reasons(std::span<const Stretch* const> held) {
  auto reasons = blocked_by_reason(held);
  if (reasons.size() <= kMaxReasons) return reasons;
  std::map<std::string, std::int64_t> kept{reasons.begin(), reasons.begin() + kMaxReasons};
  for (auto i = reasons.begin() + kMaxReasons; i != reasons.end(); ++i) kept[std::string{kOtherReasons}] += i->second;
  reasons.assign(kept.begin(), kept.end());
  std::sort(reasons.begin(), reasons.end(), more_common);
  return reasons;
}

void explain_reasons(const ProjectView& view, Trace& trace, std::span<const Stretch* const> held,
                     const std::vector<ReasonCount>& counted) {
  trace.combine_by(Combination::sum);
  for (const auto* stretch : held) {
    if (!is_blocked(stretch)) {
      trace.leave_out(evidence_of(view, *stretch), reasons::kOtherState,
                      "in " + std::string{to_string(stretch->interval->state)});
      continue;
    }
    std::string name = block_reason(*stretch->interval);
    const auto named = [&](const auto& reason) { return reason.first == name; };
    if (std::none_of(counted.begin(), counted.end(), named)) name = kOtherReasons;
    explain_value(view, trace, name, std::span<const Stretch* const>{&stretch, 1}, [&](Trace& t, const Stretch& s) {
      t.include(evidence_of(view, s), 1, "blocked for " + hours_note(t.end() - s.start));
    });
  }
}

}  // namespace

std::string block_reason(const StateInterval& interval) {
  return clip_dimension_value(interval.reason == nullptr ? std::string_view{} : *interval.reason);
}

std::vector<ReasonCount> blocked_by_reason(std::span<const Stretch* const> held) {
  std::map<std::string, std::int64_t> counts;
  for (const auto* stretch : held)
    if (is_blocked(stretch)) ++counts[block_reason(*stretch->interval)];
  std::vector<ReasonCount> reasons{counts.begin(), counts.end()};
  std::sort(reasons.begin(), reasons.end(), more_common);
  return reasons;
}

std::vector<Stretch> wip_intervals(const ProjectView& view) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < view.tasks.size(); ++i)
    for (const auto& interval : view.tasks[i].timeline.intervals())
      if (is_wip(interval.state))
        stretches.push_back({interval.start, interval.end, static_cast<TaskIndex>(i), &interval});
  std::sort(stretches.begin(), stretches.end(),
            [](auto& a, auto& b) { return std::tie(a.start, a.task, a.end) < std::tie(b.start, b.task, b.end); });
  return stretches;
}

Point blocked_point(const Bucket& bucket, std::span<const Stretch* const> held) {
  std::vector<const Stretch*> blocked;
  std::copy_if(held.begin(), held.end(), std::back_inserter(blocked), is_blocked);
  const SortedMicros ages = ages_at(bucket, blocked);
  const auto count = static_cast<std::int64_t>(blocked.size());
  const auto wip = static_cast<std::int64_t>(held.size());
  std::vector<std::string> reasons;
  for (const auto& [reason, n] : kept_reasons(held))
    reasons.push_back(JsonObject{}.add("reason", reason).add("count", n).text());
  Point point{ratio(count, wip), {}};
  point.json.add("ratio", point.value).add("count", count).add("wip_count", wip).add("sample_size", wip);
  point.json.add_json("reasons", array_text(reasons));
  if (!ages.empty()) {
    point.json.add("avg_blocked_hours", in_unit(*mean(ages), Unit::hours));
    point.json.add("max_blocked_hours", in_unit(static_cast<double>(ages.back()), Unit::hours));
  }
  add_percentile(point.json, "p90_blocked_hours", ages, 0.9, Unit::hours);
  add_interval(point.json, wilson_interval(count, wip), 1);
  return point;
}

void metrics::blocked(const ProjectView& view, RowSink& sink) {
  const auto intervals = wip_intervals(view);
  const auto explain = [&](Trace& trace, const Stretch& stretch) {
    std::string note =
        std::string{to_string(stretch.interval->state)} + " for " + hours_note(trace.end() - stretch.start);
    if (is_blocked(&stretch)) note += ": " + block_reason(*stretch.interval);
    trace.include(evidence_of(view, stretch), is_blocked(&stretch) ? 1 : 0, std::move(note));
  };
  sink.follows(Combination::mean, {CandidateKind::task, CandidateKind::transition});
  emit_levels(view, sink, "blocked", intervals, task_splits<Stretch>(), Formula{blocked_point, explain});
  // By reason: splits only the numerator, so the value is the count.
  for_each_level(intervals, level_buckets(view, Grain::day, view.active_hours),
                 [&](const Bucket& bucket, std::span<const Stretch* const> held) {
                   const auto reasons = kept_reasons(held);
                   if (Trace* trace = sink.tracing(bucket, "block_reason"))
                     explain_reasons(view, *trace, held, reasons);
                   for (const auto& [reason, count] : reasons) {
                     Point point{static_cast<double>(count), {}};
                     point.json.add("count", count);
                     sink.part("blocked", bucket, {"block_reason", reason}, Tables::breakdown, std::move(point));
                   }
                 });
  std::vector<Stretch> blocked_now;
  std::copy_if(intervals.begin(), intervals.end(), std::back_inserter(blocked_now),
               [](const Stretch& s) { return is_blocked(&s); });
  emit_ages(view, sink, "blocked", blocked_now, [&](TaskIndex task, Micros, JsonObject& payload) {
    payload.add("reason", block_reason(view.task(task).timeline.intervals().back()));
  });
}

}  // namespace tidemark::compute
