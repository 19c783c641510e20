#include "compute/metrics/delivery_predictability_index.hpp"

#include <array>

#include "compute/metric_list.hpp"
#include "compute/statistics.hpp"

namespace tidemark::compute {
namespace {

constexpr double kScheduleWeight = 0.40;
constexpr double kStabilityWeight = 0.35;
constexpr double kBlockerWeight = 0.25;
constexpr Micros kTimelyResolution = 48 * kHour;

std::array<std::pair<double, std::optional<double>>, 3> weighted(const DeliveryPredictability& d) {
  return {{{kScheduleWeight, d.schedule_reliability},
           {kStabilityWeight, d.cycle_time_stability},
           {kBlockerWeight, d.blocker_resolution_rate}}};
}

bool is_timely(const BlockEnd& block) { return block.lasted <= kTimelyResolution; }

void explain_milestone(const ProjectView& view, Trace& trace, const MilestoneOutcome& milestone) {
  trace.include(evidence_of(view, milestone), milestone.on_time ? 1 : 0,
                milestone.actual ? "completed " + format_instant(*milestone.actual) : "missed: not completed",
                "schedule_reliability");
}

void explain_cycle(const ProjectView& view, Trace& trace, const Completion& completion) {
  if (completion.cycle)
    trace.include(evidence_of_cycle(view, completion), to_hours(*completion.cycle), "cycle time in hours",
                  "cycle_time_stability");
  else
    trace.leave_out(evidence_of(view, completion), reasons::kNeverClaimed);
}

}  // namespace

std::optional<double> cycle_time_stability(std::vector<std::int64_t> cycle_times) {
  if (cycle_times.size() < 2) return std::nullopt;
  std::sort(cycle_times.begin(), cycle_times.end());
  const double average = *mean(cycle_times);
  if (average == 0) return 1;
  return std::clamp(1 - *population_deviation(cycle_times) / average, 0.0, 1.0);
}

double DeliveryPredictability::coverage() const {
  double sum = 0;
  for (const auto& [weight, component] : weighted(*this))
    if (component) sum += weight;
  return sum;
}

std::optional<double> DeliveryPredictability::score() const {
  double sum = 0;
  for (const auto& [weight, component] : weighted(*this)) sum += weight * component.value_or(0);
  return coverage() == 0 ? std::nullopt : std::optional{100 * (sum / coverage())};
}

DeliveryPredictability delivery_predictability(const ProjectView& view, const Window& window, Trace* trace) {
  DeliveryPredictability result;
  const auto due = in_window(view.milestones, window);
  result.schedule_reliability =
      ratio(std::count_if(due.begin(), due.end(), [](auto& m) { return m.on_time; }), std::ssize(due));
  std::vector<std::int64_t> cycle_times;
  for (const auto& completion : in_window(view.completions, window))
    if (completion.cycle) cycle_times.push_back(completion.cycle->count());
  result.cycle_time_stability = cycle_time_stability(std::move(cycle_times));
  const auto ended = in_window(view.block_ends, window);
  const auto timely = std::count_if(ended.begin(), ended.end(), is_timely);
  result.blocker_resolution_rate = ratio(timely, std::ssize(ended));
  if (trace == nullptr) return result;
  for (const auto& milestone : due) explain_milestone(view, *trace, milestone);
  for (const auto& completion : in_window(view.completions, window)) explain_cycle(view, *trace, completion);
  for (const auto& block : ended)
    trace->include(evidence_of(view, block), is_timely(block) ? 1 : 0, "blocked for " + hours_note(block.lasted),
                   "blocker_resolution_rate");
  return result;
}

void metrics::delivery_predictability_index(const ProjectView& view, RowSink& sink) {
  sink.follows(Combination::score,
               {CandidateKind::task, CandidateKind::transition, CandidateKind::completion, CandidateKind::milestone});
  emit_rolling(view, sink, "delivery_predictability_index",
               [&](const Bucket&, const Window& window, Trace* trace) -> std::optional<Point> {
                 const auto index = delivery_predictability(view, window, trace);
                 if (!index.score()) return std::nullopt;
                 Point point{index.score(), {}};
                 point.json.add("value", index.score()).add("coverage", index.coverage());
                 point.json.add("schedule_reliability", index.schedule_reliability);
                 point.json.add("cycle_time_stability", index.cycle_time_stability);
                 point.json.add("blocker_resolution_rate", index.blocker_resolution_rate);
                 return point;
               });
}

}  // namespace tidemark::compute
