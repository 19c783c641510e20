#include "compute/metrics/integration_outcomes.hpp"

#include "compute/durations.hpp"
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/statistics.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

std::string_view to_string(AttemptResult result) {
  switch (result) {
    case AttemptResult::success: return "success";
    case AttemptResult::conflict: return "conflict";
    case AttemptResult::failed_checks: return "failed_checks";
    case AttemptResult::aborted: return "aborted";
  }
  return "";
}

std::optional<double> OutcomeFigures::avg_retry_to_success_minutes() const {
  if (recoveries == 0) return std::nullopt;
  return in_unit(static_cast<double>(recovery_micros) / static_cast<double>(recoveries), Unit::minutes);
}

OutcomeFigures outcome_figures(std::span<const Attempt* const> attempts) {
  OutcomeFigures figures;
  for (const auto* attempt : attempts) {
    ++figures.attempts;
    switch (attempt->source->result) {
      case AttemptResult::success: ++(attempt->number == 1 ? figures.success_first : figures.success_retry); break;
      case AttemptResult::conflict: ++figures.conflict; break;
      case AttemptResult::failed_checks: ++figures.failed_checks; break;
      case AttemptResult::aborted: ++figures.aborted; break;
    }
    if (!attempt->streak_before_success) continue;
    ++figures.recoveries;
    figures.recovery_micros += attempt->streak_before_success->count();
  }
  return figures;
}

OutcomeFigures outcome_figures(const AggregateState& state) {
  OutcomeFigures figures;
  figures.attempts = state.count("den");
  figures.success_first = state.count("success_first");
  figures.success_retry = state.count("success_retry");
  figures.conflict = state.count("conflict");
  figures.failed_checks = state.count("failed_checks");
  figures.aborted = state.count("aborted");
  figures.recoveries = state.count("recoveries");
  figures.recovery_micros = state.sum("recovery_micros");
  return figures;
}

void add_outcomes(JsonObject& json, const OutcomeFigures& figures) {
  json.add("success", figures.success())
      .add("success_first", figures.success_first)
      .add("success_retry", figures.success_retry)
      .add("conflict", figures.conflict)
      .add("failed_checks", figures.failed_checks)
      .add("aborted", figures.aborted)
      .add("avg_retry_to_success_minutes", figures.avg_retry_to_success_minutes());
}

namespace {

Point make_point(const OutcomeFigures& figures) {
  AggregateState state;
  state.counts = {{"num", figures.success()},
                  {"den", figures.attempts},
                  {"success_first", figures.success_first},
                  {"success_retry", figures.success_retry},
                  {"conflict", figures.conflict},
                  {"failed_checks", figures.failed_checks},
                  {"aborted", figures.aborted},
                  {"recoveries", figures.recoveries}};
  state.sums["recovery_micros"] = figures.recovery_micros;
  Point point{ratio(figures.success(), figures.attempts), {}};
  add_outcomes(point.json, figures);
  point.json.add("sample_size", figures.attempts);
  add_interval(point.json, wilson_interval(figures.success(), figures.attempts), 1);
  point.json.add_json("state", state.stored_form());
  return point;
}

std::string attempt_note(const Attempt& attempt) {
  return "attempt " + std::to_string(attempt.number) + ": " + std::string{to_string(attempt.source->result)};
}

JsonObject attempt_payload(const ProjectView& view, const Attempt& attempt) {
  JsonObject payload;
  payload.add("value", to_minutes(attempt.at - attempt.source->started_at))
      .add("timestamp", format_instant(attempt.at));
  payload.add("outcome", to_string(attempt.source->result)).add("attempt_number", attempt.number);
  const TaskSource& task = *view.task(attempt.task).source;
  payload.add("task_id", task.short_id).add("task_title", task.title).add("context", task_context(view, attempt.task));
  payload.add_json("contributing_factors", "[]");
  return payload;
}

}  // namespace

Point points::integration_outcomes(const AggregateState& state, std::optional<std::int64_t>) {
  return make_point(outcome_figures(state));
}

// One outcome: it splits only the numerator, so the value is the count.
Point points::integration_outcome(const AggregateState& state, std::optional<std::int64_t>) {
  const auto count = state.count("n");
  Point point{static_cast<double>(count), {}};
  point.json.add("count", count).add_json("state", state.stored_form());
  return point;
}

void metrics::integration_outcomes(const ProjectView& view, RowSink& sink) {
  const auto make_total = [](const Bucket&, std::span<const Attempt* const> attempts) {
    return make_point(outcome_figures(attempts));
  };
  const auto explain = [&](Trace& trace, const Attempt& attempt) {
    trace.include(evidence_of(view, attempt), attempt.source->result == AttemptResult::success ? 1 : 0,
                  attempt_note(attempt));
  };
  sink.follows(Combination::mean, {CandidateKind::attempt});
  emit_events<Attempt>(view, sink, "integration_outcomes", view.attempts, {}, Formula{make_total, explain});
  for (const Grain grain : {Grain::day, Grain::week, Grain::month}) {
    for (std::size_t i = 0; i < view.attempts.size();) {
      const Bucket bucket = view.horizon().bucket(grain, view.attempts[i].at);
      std::map<std::string_view, std::vector<const Attempt*>> by_outcome;
      for (; i < view.attempts.size() && view.attempts[i].at < bucket.end; ++i)
        by_outcome[to_string(view.attempts[i].source->result)].push_back(&view.attempts[i]);
      Trace* trace = sink.tracing(bucket, "outcome");
      if (trace != nullptr) trace->combine_by(Combination::sum);
      for (const auto& [outcome, attempts] : by_outcome) {
        AggregateState state;
        state.counts["n"] = std::ssize(attempts);
        sink.part("integration_outcomes", bucket, {"outcome", std::string{outcome}}, Tables::trend_and_breakdown,
                  points::integration_outcome(state, std::nullopt));
        if (trace != nullptr) explain_value<Attempt>(view, *trace, std::string{outcome}, attempts, adds_one(view));
      }
    }
  }
  for (const auto& attempt : view.attempts)
    sink.detail("integration_outcomes", "integration_attempt", attempt.source->id, bucket_start(Grain::day, attempt.at),
                [&] { return attempt_payload(view, attempt); });
}

}  // namespace tidemark::compute
