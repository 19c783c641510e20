// time_in_state (event, completed_at): median of the completed tasks' total time in each state they were in.
// Dimension state only. Spec: delivery metrics, section 3.
#include <array>
#include <map>

#include "compute/durations.hpp"
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {
namespace {

// The total time before completion in each state that the task entered.
std::map<TaskState, Micros> times_in_states(const TaskView& task) {
  std::map<TaskState, Micros> times;
  for (const auto& interval : task.timeline.intervals())
    if (interval.end != kNever) times[interval.state] += interval.end - interval.start;
  return times;
}

void explain(const ProjectView& view, Trace& trace, const Completion& completion,
             const std::map<TaskState, Micros>& times) {
  auto evidence = evidence_of(view, completion);
  for (const auto& [state, time] : times)
    if (trace.is_value(to_string(state))) return trace.include(std::move(evidence), to_minutes(time));
  trace.leave_out(std::move(evidence), reasons::kNeverInState);
}

Point make_point(const Durations& durations) {
  Point point{in_unit(*durations.percentile(0.5), Unit::minutes), {}};
  point.json.add("p50_minutes", *point.value).add("sample_size", durations.count());
  add_percentile(point.json, "p85_minutes", durations, 0.85);
  add_interval(point.json, durations.median_interval(), static_cast<double>(kMinute.count()));
  add_accuracy(point.json, durations);
  point.json.add_json("state", duration_state(durations).stored_form());
  return point;
}

}  // namespace

Point points::time_in_state(const AggregateState& state, std::optional<std::int64_t>) {
  return make_point(some_durations_in(state));
}

void metrics::time_in_state(const ProjectView& view, RowSink& sink) {
  const auto& completions = view.completions;
  sink.follows(Combination::median, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  for (const Grain grain : {Grain::day, Grain::week, Grain::month}) {
    for (std::size_t i = 0; i < completions.size();) {
      const Bucket bucket = view.horizon().bucket(grain, completions[i].at);
      std::map<TaskState, SortedMicros> by_state;
      Trace* trace = sink.tracing(bucket, "state");
      for (; i < completions.size() && completions[i].at < bucket.end; ++i) {
        const auto times = times_in_states(view.task(completions[i].task));
        for (const auto& [state, time] : times) by_state[state].push_back(time.count());
        if (trace != nullptr) explain(view, *trace, completions[i], times);
      }
      for (auto& [state, values] : by_state)
        sink.part("time_in_state", bucket, {"state", std::string{to_string(state)}}, Tables::trend_and_breakdown,
                  make_point(Durations{std::move(values)}));
    }
  }
}

}  // namespace tidemark::compute
