// The drilldown payload of a task. Spec: contract, "GET /v1/metrics/drilldown"; delivery metrics, section 4.
#pragma once

#include "compute/project_view.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {

// value, timestamp, task_id, task_title, context at the as-of, contributing_factors.
// value: in the metric's drilldown unit, finite. timestamp: the event's instant, or since when the level holds.
JsonObject task_payload(const ProjectView& view, TaskIndex task, double value, Instant timestamp);

// phase, milestone, assignee, state and task_class at the as-of.
JsonObject task_context(const ProjectView& view, TaskIndex task);

}  // namespace tidemark::compute
