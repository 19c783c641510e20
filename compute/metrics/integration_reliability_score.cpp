#include "compute/metrics/integration_reliability_score.hpp"

#include "compute/durations.hpp"
#include "compute/metric_list.hpp"

namespace tidemark::compute {
namespace {

constexpr double kSuccessWeight = 0.6;
constexpr double kRecoveryWeight = 0.4;

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

IntegrationReliability integration_reliability(const ProjectView& view, const Window& window) {
  IntegrationReliability result;
  const auto attempts = in_window(view.attempts, window);
  result.attempts = std::ssize(attempts);
  result.successes = std::count_if(attempts.begin(), attempts.end(),
                                   [](auto& a) { return a.source->result == AttemptResult::success; });
  for (const auto& streak : view.streaks) {
    if (streak.begin >= window.cutoff) break;
    if (window.holds(streak.end)) {
      if (streak.recovered) result.recoveries.push_back((streak.end - streak.begin).count());
    } else if (streak.end >= window.cutoff && window.end - streak.begin > kDay) {
      result.recoveries.push_back(kDay.count());
    }
  }
  return result;
}

void metrics::integration_reliability_score(const ProjectView& view, RowSink& sink) {
  emit_rolling(view, sink, "integration_reliability_score",
               [&](const Bucket&, const Window& window) -> std::optional<Point> {
                 const auto reliability = integration_reliability(view, window);
                 if (!reliability.score()) return std::nullopt;
                 Point point{reliability.score(), {}};
                 point.json.add("value", reliability.score()).add("success_rate", reliability.success_rate());
                 point.json.add("avg_recovery_minutes", reliability.avg_recovery_minutes())
                     .add("attempts", reliability.attempts);
                 return point;
               });
}

}  // namespace tidemark::compute
