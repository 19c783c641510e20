#include "compute/metrics/integration_reliability_score.hpp"

#include "compute/durations.hpp"
#include "compute/metric_list.hpp"
#include "compute/metrics/integration_outcomes.hpp"

namespace tidemark::compute {
namespace {

constexpr double kSuccessWeight = 0.6;
constexpr double kRecoveryWeight = 0.4;

// What the streak, begun before the window's end, adds to the recovery times of the window.
std::optional<Micros> recovery_in(const Streak& streak, const Window& window) {
  if (window.holds(streak.end)) return streak.recovered ? std::optional{streak.end - streak.begin} : std::nullopt;
  if (streak.end >= window.cutoff && window.end - streak.begin > kDay) return kDay;
  return std::nullopt;
}

void explain_streak(const ProjectView& view, Trace& trace, const Streak& streak, std::optional<Micros> recovery) {
  if (recovery)
    trace.include(evidence_of(view, streak), to_minutes(*recovery), "failing since " + format_instant(streak.begin),
                  "recovery");
  else if (trace.concerns(streak.end))
    trace.leave_out(evidence_of(view, streak), reasons::kStreakDropped);
  else if (streak.end > trace.end())
    trace.leave_out(evidence_of(view, streak), reasons::kStreakYoung);
}

}  // namespace

double recovery_score(std::span<const std::int64_t> recoveries) {
  const auto average = mean(recoveries);
  if (!average) return 1;
  return std::clamp(1 - *average / static_cast<double>(kDay.count()), 0.0, 1.0);
}

std::optional<double> IntegrationReliability::success_rate() const { return ratio(successes, attempts); }

std::optional<double> IntegrationReliability::avg_recovery_minutes() const {
  const auto average = mean(recoveries);
  return average ? std::optional{in_unit(*average, Unit::minutes)} : std::nullopt;
}

std::optional<double> IntegrationReliability::score() const {
  const auto rate = success_rate();
  if (!rate) return std::nullopt;
  return 100 * (kSuccessWeight * *rate + kRecoveryWeight * recovery_score(recoveries));
}

IntegrationReliability integration_reliability(const ProjectView& view, const Window& window, Trace* trace) {
  IntegrationReliability result;
  const auto attempts = in_window(view.attempts, window);
  result.attempts = std::ssize(attempts);
  result.successes = std::count_if(attempts.begin(), attempts.end(),
                                   [](auto& a) { return a.source->result == AttemptResult::success; });
  if (trace != nullptr)
    for (const auto& attempt : attempts)
      trace->include(evidence_of(view, attempt), attempt.source->result == AttemptResult::success ? 1 : 0,
                     std::string{to_string(attempt.source->result)}, "success_rate");
  for (const auto& streak : view.streaks) {
    if (streak.begin >= window.cutoff) break;
    const auto recovery = recovery_in(streak, window);
    if (recovery) result.recoveries.push_back(recovery->count());
    if (trace != nullptr) explain_streak(view, *trace, streak, recovery);
  }
  return result;
}

void metrics::integration_reliability_score(const ProjectView& view, RowSink& sink) {
  sink.follows(Combination::score, {CandidateKind::task, CandidateKind::transition, CandidateKind::attempt});
  emit_rolling(view, sink, "integration_reliability_score",
               [&](const Bucket&, const Window& window, Trace* trace) -> std::optional<Point> {
                 const auto reliability = integration_reliability(view, window, trace);
                 if (!reliability.score()) return std::nullopt;
                 Point point{reliability.score(), {}};
                 point.json.add("value", reliability.score()).add("success_rate", reliability.success_rate());
                 point.json.add("avg_recovery_minutes", reliability.avg_recovery_minutes())
                     .add("attempts", reliability.attempts);
                 return point;
               });
}

}  // namespace tidemark::compute
