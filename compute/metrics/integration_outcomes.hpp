// integration_outcomes (event, coalesce(ended_at, started_at)): how integration attempts end.
// Spec: delivery metrics, section 3.
#pragma once

#include "compute/splits.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute {

std::string_view to_string(AttemptResult result);

// Counts of attempts by outcome.
struct OutcomeFigures {
  std::int64_t attempts = 0;
  std::int64_t success_first = 0;
  std::int64_t success_retry = 0;
  std::int64_t conflict = 0;
  std::int64_t failed_checks = 0;
  std::int64_t aborted = 0;
  std::int64_t recoveries = 0;  // successes that ended a failure streak
  Int128 recovery_micros = 0;   // their total time since the streak's first failure
  std::int64_t success() const { return success_first + success_retry; }
  std::optional<double> avg_retry_to_success_minutes() const;
};
OutcomeFigures outcome_figures(std::span<const Attempt* const> attempts);
OutcomeFigures outcome_figures(const AggregateState& state);
// Adds the counts and avg_retry_to_success_minutes.
void add_outcomes(JsonObject& json, const OutcomeFigures& figures);

}  // namespace tidemark::compute
