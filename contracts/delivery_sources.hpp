// One project's delivery sources as the readers deliver them and the compute takes them: one struct per source table,
// with only the columns that a metric needs. Spec: storage, "Source tables"; delivery metrics.
// A std::optional is a NULL of the source, unless said otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/project_memory.hpp"
#include "contracts/source_tables.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {

struct TaskSource {
  Uuid id;
  std::string short_id;  // the short id, else the id's text
  std::string title;
  std::optional<std::string> phase;  // the phase's name
  std::optional<Uuid> milestone_id;
  std::optional<std::string> milestone;  // the milestone's name
  std::optional<int> priority;           // 0 is most urgent; NULL counts as 100
  std::optional<std::string> task_class;
  std::vector<std::string> capability_tags;
  Instant created_at;
};

// A row of event_log with entity_type 'task'.
struct TaskEventSource {
  std::int64_t id = 0;
  std::optional<Uuid> task_id;  // NULL: entity_id is NULL or not a UUID
  std::string event_type;
  std::optional<std::string> to_state;    // payload.to_state as text, whatever its JSON type
  std::optional<std::string> from_state;  // payload.from_state as text
  std::optional<std::string> reason;      // payload.reason as text
  std::int64_t sequence = 0;              // payload.sequence if an integer, else 0
  std::optional<std::string> caused_by;   // who did it
  Instant created_at;
};

struct LeaseSource {
  std::string id;
  Uuid task_id;
  std::string agent_id;
  Instant created_at;
};

enum class GateOutcome { approved, rejected, approved_with_risk };

struct GateDecisionSource {
  Uuid id;
  Uuid gate_rule_id;
  std::string gate_type;  // gate_rule.scope.gate_type, else gate_rule.name; empty where there are no rules
  std::optional<Uuid> task_id;
  GateOutcome outcome = GateOutcome::approved;
  std::string actor_id;
  Instant created_at;
};

struct GateLinkSource {
  std::string id;
  Uuid gate_task_id;
  Uuid candidate_task_id;
  Instant created_at;
};

enum class AttemptResult { success, conflict, failed_checks, aborted };

// Queued attempts are left out by the reader: they have not happened yet.
struct IntegrationAttemptSource {
  Uuid id;
  Uuid task_id;
  AttemptResult result = AttemptResult::success;
  Instant started_at;
  std::optional<Instant> ended_at;
};

enum class CheckStatus { pending, passed, failed };

struct ArtifactSource {
  std::string id;
  std::optional<Uuid> task_id;
  CheckStatus check_status = CheckStatus::pending;
  Instant created_at;
};

struct MilestoneSource {
  Uuid id;
  std::string name;
  std::optional<Instant> planned_start;       // the first instant of a date
  std::optional<Instant> planned_completion;  // the last instant of a date
  std::optional<Instant> actual_completion;   // the last instant of a date
};

struct DependencyEdgeSource {
  std::string id;
  Uuid from_task_id;  // the one waited for
  Uuid to_task_id;    // the one that waits
  std::string unlock_on;
  Instant created_at;
};

struct ChangeSetSource {
  std::string id;
  std::int64_t operations = 0;                 // length of the array
  std::optional<double> estimate_hours_delta;  // sum of the operations' numeric estimate_hours_delta
  Instant applied_at;                          // of status applied only
};

// Everything of one project that a run reads. Order of the vectors is irrelevant to the result.
// Of a whole run `settled` counts nothing; else `tasks` are the live ones, with all of their rows and the project's own
// facts since settled.before.
struct ProjectSources {
  Uuid project_id;
  std::string project_name;
  std::vector<TaskSource> tasks;
  std::vector<TaskEventSource> events;
  std::vector<LeaseSource> leases;
  std::vector<GateDecisionSource> decisions;
  std::vector<GateLinkSource> links;
  std::vector<IntegrationAttemptSource> attempts;
  std::vector<ArtifactSource> artifacts;
  std::vector<MilestoneSource> milestones;
  std::vector<DependencyEdgeSource> edges;
  std::vector<ChangeSetSource> change_sets;
  SettledTasks settled;
  // Of `tasks`, those that settled and are counted there, and are read because a live one refers to them: without their
  // decisions, links, attempts and dependencies. Ascending.
  std::vector<Uuid> referred;
  ComponentSet off;  // what rests on tables or columns that are not there: unknown, where an empty vector says none
};

}  // namespace tidemark
