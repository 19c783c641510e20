// The points of event metrics, each from its aggregate state: what is stored of a bucket's facts and what is merged
// from the states of finer buckets goes through the same function. Defined in metrics/<metric>.cpp. Spec: delivery
// metrics, section 3; storage, "value_numeric and value_json".
#pragma once

#include <cstdint>
#include <optional>

#include "compute/row_sink.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute::points {

// `level`: what the metric tells of the bucket's end that is no function of its state (rework: completed_before,
// gate_latency: queue_length, reviewer_load: open_queue); nullopt where it is unknown, and for the other metrics.
// Percentiles of a state that is not exact are those of its sketch, marked as such.
// Errors: std::invalid_argument where the state is none of the metric.
Point arrivals(const AggregateState& state, std::optional<std::int64_t> level);
Point cycle_time(const AggregateState& state, std::optional<std::int64_t> level);
Point gate_latency(const AggregateState& state, std::optional<std::int64_t> queue_length);
Point integration_outcomes(const AggregateState& state, std::optional<std::int64_t> level);
Point integration_outcome(const AggregateState& state, std::optional<std::int64_t> level);  // of dimension outcome
Point lead_time(const AggregateState& state, std::optional<std::int64_t> level);
Point replan_churn(const AggregateState& state, std::optional<std::int64_t> level);
Point reviewer_load(const AggregateState& state, std::optional<std::int64_t> open_queue);
Point rework(const AggregateState& state, std::optional<std::int64_t> completed_before);
Point throughput(const AggregateState& state, std::optional<std::int64_t> level);
Point time_in_state(const AggregateState& state, std::optional<std::int64_t> level);

}  // namespace tidemark::compute::points
