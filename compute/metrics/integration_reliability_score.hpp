// integration_reliability_score (rolling): success ratio and speed of recovery. Spec: delivery metrics, section 3.
#pragma once

#include "compute/splits.hpp"

namespace tidemark::compute {

// clamp(1 - mean recovery / 24 h); 1 without streaks. Units: microseconds.
double recovery_score(std::span<const std::int64_t> recoveries);

struct IntegrationReliability {
  std::int64_t attempts = 0;
  std::int64_t successes = 0;
  std::vector<std::int64_t> recoveries;  // of streaks that ended in the window, and 24 h for each that lasts longer
  std::optional<double> success_rate() const;
  std::optional<double> avg_recovery_minutes() const;  // nullopt without streaks
  std::optional<double> score() const;                 // 0..100; nullopt without attempts
};
// Parts: success_rate (1 for a success), recovery (minutes).
IntegrationReliability integration_reliability(const ProjectView& view, const Window& window, Trace* trace = nullptr);

}  // namespace tidemark::compute
