// What the figures of a summary suggest to do. Spec: delivery metrics, section 3 ("Suggested actions").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compute/project_view.hpp"

namespace tidemark::compute {

struct SuggestedAction {
  std::string_view action_type;             // reroute_reviewer, escalate
  double confidence;                        // 0..1
  std::vector<std::string> affected_tasks;  // short ids of the oldest ten concerned
  std::string rationale;
  std::vector<std::string> evidence_refs;  // metric keys
};

// What the actions are suggested for: a project, or one of its milestones.
struct ActionScope {
  const ProjectView& view;     // the scope's tasks
  const ProjectView& project;  // the whole: a milestone's gate tasks, which name the reviewers, may be outside it
  std::optional<std::string> milestone;
};

// `gate_latency_minutes`: the mean over the summary's window. `predictability`: the index at the as-of.
std::vector<SuggestedAction> suggested_actions(const ActionScope& scope, std::optional<double> gate_latency_minutes,
                                               std::optional<double> predictability);

}  // namespace tidemark::compute
