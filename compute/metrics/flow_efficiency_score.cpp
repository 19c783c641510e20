#include "compute/metrics/flow_efficiency_score.hpp"

#include "compute/metric_list.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

std::optional<double> FlowTimes::share_pct(Micros part) const {
  if (sum() == Micros{0}) return std::nullopt;
  return 100 * (static_cast<double>(part.count()) / static_cast<double>(sum().count()));
}

std::optional<double> FlowTimes::score() const { return share_pct(active); }

FlowTimes& FlowTimes::operator+=(const FlowTimes& other) {
  active += other.active;
  queued += other.queued;
  review += other.review;
  blocked += other.blocked;
  return *this;
}

FlowTimes task_flow_times(const Timeline& timeline, const Window& window) {
  FlowTimes times;
  for (const auto& interval : timeline.intervals()) {
    // Time is measured up to the window's end, which is the as-of where that cuts it.
    const Micros inside = std::min(interval.end, window.end) - std::max(interval.start, window.from);
    if (inside <= Micros{0}) continue;
    switch (class_of(interval.state)) {
      case StateClass::active: times.active += inside; break;
      case StateClass::queued: times.queued += inside; break;
      case StateClass::review: times.review += inside; break;
      case StateClass::blocked: times.blocked += inside; break;
      default: break;
    }
  }
  return times;
}

FlowTimes flow_times(const ProjectView& view, const Window& window) {
  FlowTimes total;
  for (const auto& task : view.tasks) total += task_flow_times(task.timeline, window);
  return total;
}

namespace {

struct TaskTimes {
  TaskIndex task;
  FlowTimes times;
  const StateInterval* last;  // the state at the window's end
};

// The tasks that have classified time in the window.
std::vector<TaskTimes> timed_tasks(const ProjectView& view, const Window& window) {
  std::vector<TaskTimes> timed;
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const Timeline& timeline = view.tasks[i].timeline;
    const FlowTimes times = task_flow_times(timeline, window);
    if (times.sum() > Micros{0}) timed.push_back({static_cast<TaskIndex>(i), times, timeline.at(window.cutoff)});
  }
  return timed;
}

Evidence evidence_of(const ProjectView& view, const TaskTimes& task) {
  return compute::evidence_of(view, task.task, *task.last);
}

// What the tasks add to the score of all of them: each its active time's share of their time.
void explain_members(const ProjectView& view, Trace& trace, std::span<const TaskTimes* const> members) {
  FlowTimes all;
  for (const auto* member : members) all += member->times;
  for (const auto* member : members)
    trace.include(evidence_of(view, *member), *all.share_pct(member->times.active),
                  "active " + hours_note(member->times.active) + " of " + hours_note(member->times.sum()),
                  trace.recipe().combination == Combination::score ? "flow_efficiency_score" : "");
}

void leave_out_untimed(const ProjectView& view, Trace& trace, const std::vector<TaskTimes>& timed, Instant cutoff) {
  std::vector<bool> has_time(view.tasks.size());
  for (const auto& task : timed) has_time[static_cast<std::size_t>(task.task)] = true;
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const auto* interval = view.tasks[i].timeline.at(cutoff);
    if (interval != nullptr && !has_time[i])
      trace.leave_out(compute::evidence_of(view, static_cast<TaskIndex>(i), *interval), reasons::kNoTime,
                      "in " + std::string{to_string(interval->state)});
  }
}

std::vector<const TaskTimes*> pointers_to(const std::vector<TaskTimes>& timed) {
  std::vector<const TaskTimes*> pointers;
  for (const auto& task : timed) pointers.push_back(&task);
  return pointers;
}

Point make_point(const FlowTimes& times, std::size_t tasks) {
  Point point{times.score(), {}};
  point.json.add("value", point.value).add("active_time_pct", times.share_pct(times.active));
  point.json.add("queued_time_pct", times.share_pct(times.queued))
      .add("review_time_pct", times.share_pct(times.review));
  point.json.add("waiting_time_pct", times.share_pct(times.queued + times.review));
  point.json.add("blocked_time_pct", times.share_pct(times.blocked)).add("sample_size", tasks);
  return point;
}

Point sum_point(std::span<const TaskTimes* const> members) {
  FlowTimes sum;
  for (const auto* member : members) sum += member->times;
  return make_point(sum, members.size());
}

}  // namespace

void explain_flow(const ProjectView& view, Trace& trace, const Window& window) {
  const auto timed = timed_tasks(view, window);
  explain_members(view, trace, pointers_to(timed));
  leave_out_untimed(view, trace, timed, window.cutoff);
}

void metrics::flow_efficiency_score(const ProjectView& view, RowSink& sink) {
  constexpr std::string_view kMetric = "flow_efficiency_score";
  const auto& splits = task_splits<TaskTimes>();
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  for (const Grain grain : {Grain::day, Grain::week, Grain::month}) {
    for (const Bucket& bucket : view.horizon().trend_buckets(grain)) {
      const Window window = view.horizon().rolling_window(bucket);
      const auto timed = timed_tasks(view, window);
      if (Trace* trace = sink.tracing(bucket)) leave_out_untimed(view, *trace, timed, window.cutoff);
      if (timed.empty()) continue;
      const auto members = pointers_to(timed);
      sink.total(kMetric, bucket, sum_point(members));
      if (Trace* trace = sink.tracing(bucket, {})) explain_members(view, *trace, members);
      const auto at_end = [&](const TaskTimes&) { return window.cutoff - Micros{1}; };
      for (const auto& split : splits) {
        if (!split.emitted(view, grain)) continue;
        Trace* trace = sink.tracing(bucket, split.name);
        for_each_value<TaskTimes>(view, split, members, at_end, [&](const std::string& value, auto of_value) {
          sink.part(kMetric, bucket, {std::string{split.name}, value}, split.tables, sum_point(of_value));
          if (trace == nullptr) return;
          if (trace->is_value(value)) return explain_members(view, *trace, of_value);
          for (const auto* member : of_value) trace->leave_out_value(evidence_of(view, *member), value);
        });
      }
    }
  }
  const Window current = window_up_to(view.as_of() - kWeek, view.as_of());
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const auto score = task_flow_times(view.tasks[i].timeline, current).score();
    if (!score) continue;
    const auto index = static_cast<TaskIndex>(i);
    const Instant since = view.task(index).timeline.intervals().back().start;
    sink.detail(kMetric, "task", view.task(index).source->id, std::nullopt,
                [&] { return task_payload(view, index, *score, since).add("since", format_instant(since)); });
  }
}

}  // namespace tidemark::compute
