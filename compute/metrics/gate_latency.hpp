// gate_latency (event, gate_decision.created_at): from submission to decision. Spec: delivery metrics, section 3.
#pragma once

#include "compute/durations.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {

// Service level by gate type. Units: microseconds.
Micros gate_sla(std::string_view gate_type);

// Distinct candidates in the queue after everything before `cutoff`.
std::optional<std::int64_t> gate_queue_length(const ProjectView& view, Instant cutoff);

// What decisions say together. avg_latency_minutes and the rates are undefined where nothing was measured.
struct GateFigures {
  std::int64_t decisions = 0;
  std::int64_t passed = 0;
  std::int64_t breached = 0;
  bool sla_known = true;  // false: without gate types there is no SLA
  Durations latencies;
  std::optional<double> avg_latency_minutes() const;
  std::optional<double> sla_breach_rate() const;  // of the decisions whose latency is known
  std::optional<double> pass_rate() const;
};
GateFigures gate_figures(const ProjectView& view, std::span<const Decision* const> decisions);
GateFigures gate_figures(const AggregateState& state);

// Notes the decisions of one reviewer where a reviewer's point, which is their count, is explained.
void explain_reviewer(const ProjectView& view, Trace* trace, ValueId reviewer,
                      std::span<const Decision* const> decisions);

// Calls visit(day, reviewer, decisions) for each day and each reviewer who decided on it.
template <typename Visit>
void for_each_reviewer_day(const ProjectView& view, Visit&& visit) {
  for (std::size_t i = 0; i < view.decisions.size();) {
    const Bucket day = view.horizon().bucket(Grain::day, view.decisions[i].at);
    std::map<ValueId, std::vector<const Decision*>> by_reviewer;
    for (; i < view.decisions.size() && view.decisions[i].at < day.end; ++i)
      by_reviewer[view.decisions[i].reviewer].push_back(&view.decisions[i]);
    for (const auto& [reviewer, decisions] : by_reviewer)
      visit(day, reviewer, std::span<const Decision* const>{decisions});
  }
}

}  // namespace tidemark::compute
