// The source rows that each kind of fact was read from. Spec: contract v1.0, "GET /v1/metrics/explain".
#pragma once

#include "compute/project_view.hpp"
#include "compute/trace.hpp"

namespace tidemark::compute {

struct Stretch;

Evidence evidence_of(const ProjectView& view, const Creation& fact);
Evidence evidence_of(const ProjectView& view, const Completion& fact);
Evidence evidence_of(const ProjectView& view, const Reopening& fact);
Evidence evidence_of(const ProjectView& view, const BlockEnd& fact);
Evidence evidence_of(const ProjectView& view, const Decision& fact);
Evidence evidence_of(const ProjectView& view, const Attempt& fact);
Evidence evidence_of(const ProjectView& view, const Streak& fact);
Evidence evidence_of(const ProjectView& view, const MilestoneOutcome& fact);
Evidence evidence_of(const ProjectView& view, const ArtifactCheck& fact);
Evidence evidence_of(const ProjectView& view, const AppliedChange& fact);
Evidence evidence_of(const ProjectView& view, const Stretch& fact);
// The completion with the row that claimed the task. Requires: it was claimed.
Evidence evidence_of_cycle(const ProjectView& view, const Completion& fact);
// A task in one of its state intervals.
Evidence evidence_of(const ProjectView& view, TaskIndex task, const StateInterval& interval);

// What explains a count: each fact adds one.
inline auto adds_one(const ProjectView& view) {
  return [&view](Trace& trace, const auto& fact) { trace.include(evidence_of(view, fact), 1); };
}

// Leaves out the tasks that were there before `cutoff` and are not among `held`, each with the state it was in.
void leave_out_unheld(const ProjectView& view, Trace& trace, std::vector<TaskIndex> held, Instant cutoff);

// "3.2 h", one decimal.
std::string hours_note(Micros duration);
std::string minutes_note(Micros duration);

}  // namespace tidemark::compute
