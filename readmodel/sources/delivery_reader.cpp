#include "readmodel/sources/delivery_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "readmodel/sources/live_form.hpp"
#include "readmodel/sources/source_values.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

using TextById = std::unordered_map<std::string, std::string>;

// Which rows of a table are read of a part of a project.
enum class Part {
  all,        // names and plans, of which there are few
  of_tasks,   // those of the part's tasks
  since,      // those since the part's boundary
  events,     // those of the part's tasks, and its events of no task
  of_either,  // those of the part's tasks, and since the boundary those of no task
};

// One read of one project: the statements share the project's id and the quarantine.
class ProjectRead {
 public:
  // `part` nullptr: all of it.
  ProjectRead(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities,
              const LivePart* part = nullptr)
      : tx_(tx), project_(project), capabilities_(capabilities), part_(part) {}

  void run();
  // Only tasks, events and leases.
  void run_timelines();
  ReadResult take() { return std::move(result_); }
  // The tasks outside the part that rows of it name.
  std::vector<Uuid> outside() const;

 private:
  // Calls use(result) with the project's rows of a table: at once, or one spelling of the project's id after the other.
  // An array of spellings in one statement would cost the estimate its truth, and a large project its index.
  template <typename Use>
  void read(std::string_view source, const Statement& statement, Part rows, Use&& use) {
    if (part_ != nullptr && rows != Part::all) return use(tx_.exec(live_form(statement), part_params(rows)));
    if (!capabilities_.text_keyed(source)) return use(tx_.exec(statement, {project_.source_id}));
    for (const auto& id : id_spellings(project_.source_id)) use(tx_.exec(statement, {id}));
  }

  template <typename Row, typename Read>
  std::vector<Row> rows(std::string_view source, const Statement& statement, Part part, Read&& read_row) {
    std::vector<Row> rows;
    read(source, statement, part, [&](const pqxx::result& found) {
      read_rows<Row>(found, source, {rows, result_.quarantine}, read_row);
    });
    return rows;
  }
  // The same for a table that may be missing.
  template <typename Row, typename Read>
  std::vector<Row> optional_rows(std::string_view source, const Statement& statement, Part part, Read&& read_row) {
    if (!capabilities_.has(source)) return {};
    return rows<Row>(source, statement, part, read_row);
  }
  Params part_params(Part rows) const;

  TextById names(std::string_view source, const Statement& statement);
  void read_plan();
  void read_history();
  void read_gates();
  void read_leases();
  void read_optional();

  Transaction& tx_;
  const ProjectHeader& project_;
  const SourceCapabilities& capabilities_;
  const LivePart* part_;
  ReadResult result_;
};

std::optional<std::string> look_up(const TextById& names, std::string_view id) {
  const auto found = names.find(canonical_id(id));
  if (found == names.end()) return std::nullopt;
  return found->second;
}

TextById ProjectRead::names(std::string_view source, const Statement& statement) {
  TextById names;
  if (!capabilities_.has(source)) return names;
  read(source, statement, Part::all, [&](const pqxx::result& found) {
    for (const auto& stored : found) {
      const RowReader row(stored);
      names.emplace(row.id(0), row.text(1));
    }
  });
  return names;
}

void ProjectRead::read_plan() {
  auto& sources = result_.sources;
  const auto phases = names("phase", sql::read_phases);
  TextById milestones;
  sources.milestones =
      optional_rows<MilestoneSource>("milestone", sql::read_milestones, Part::all, [&](RowReader& row) {
        milestones.emplace(row.id(0), row.text(1));
        return MilestoneSource{row.uuid(0), row.text(1), row.optional_date(2, DateAs::first_instant),
                               row.optional_date(3, DateAs::last_instant), row.optional_date(4, DateAs::last_instant)};
      });
  sources.tasks = rows<TaskSource>("task", sql::read_tasks, Part::of_tasks, [&](RowReader& row) {
    const auto short_id = row.view(1).empty() ? row.id(0) : row.text(1);
    const auto milestone = look_up(milestones, row.view(4));  // an id that leads nowhere is no milestone
    return TaskSource{row.uuid(0),
                      short_id,
                      row.text(2),
                      look_up(phases, row.view(3)),
                      milestone ? parse_source_uuid(row.view(4)) : std::nullopt,
                      milestone,
                      row.optional_int(5),
                      row.optional_text(6),
                      read_tags(row.view(7)),
                      row.instant(8)};
  });
}

void ProjectRead::read_history() {
  result_.sources.events = rows<TaskEventSource>("event_log", sql::read_task_events, Part::events, [](RowReader& row) {
    return TaskEventSource{row.integer(0),
                           parse_source_uuid(row.view(1)),
                           row.text(2),
                           row.optional_text(3),
                           row.optional_text(4),
                           row.optional_text(5),
                           read_sequence(row.view(6)),
                           row.optional_text(7),
                           row.instant(8)};
  });
}

void ProjectRead::read_gates() {
  auto& sources = result_.sources;
  const auto gate_types = names("gate_rule", sql::read_gate_rules);
  sources.decisions = optional_rows<GateDecisionSource>(
      "gate_decision", sql::read_gate_decisions, Part::of_either, [&](RowReader& row) {
        const auto gate_type = look_up(gate_types, row.view(1));
        if (!gate_type && capabilities_.has("gate_rule"))
          row.set_problem(fmt::format("there is no gate_rule '{}' in this project", row.view(1)));
        return GateDecisionSource{
            row.uuid(0), row.uuid(1),   gate_type.value_or(""), row.optional_uuid(2), read_name(row, 3, kOutcomes),
            row.text(4), row.instant(5)};
      });
  sources.links =
      optional_rows<GateLinkSource>("gate_candidate_link", sql::read_gate_links, Part::of_tasks, [](RowReader& row) {
        return GateLinkSource{row.id(0), row.uuid(1), row.uuid(2), row.instant(3)};
      });
  sources.attempts = optional_rows<IntegrationAttemptSource>(
      "integration_attempt", sql::read_integration_attempts, Part::of_tasks, [](RowReader& row) {
        return IntegrationAttemptSource{row.uuid(0), row.uuid(1), read_name(row, 2, kResults), row.instant(3),
                                        row.optional_instant(4)};
      });
}

void ProjectRead::read_leases() {
  result_.sources.leases = optional_rows<LeaseSource>("lease", sql::read_leases, Part::of_tasks, [](RowReader& row) {
    return LeaseSource{row.id(0), row.uuid(1), row.text(2), row.instant(3)};
  });
}

void ProjectRead::read_optional() {
  auto& sources = result_.sources;
  sources.artifacts = optional_rows<ArtifactSource>("artifact", sql::read_artifacts, Part::since, [](RowReader& row) {
    return ArtifactSource{row.id(0), parse_source_uuid(row.view(1)), read_name(row, 2, kCheckStatuses), row.instant(3)};
  });
  sources.edges = optional_rows<DependencyEdgeSource>(
      "dependency_edge", sql::read_dependency_edges, Part::of_tasks, [](RowReader& row) {
        return DependencyEdgeSource{row.id(0), row.uuid(1), row.uuid(2), row.text(3), row.instant(4)};
      });
  sources.change_sets =
      optional_rows<ChangeSetSource>("plan_change_set", sql::read_change_sets, Part::since, [](RowReader& row) {
        return ChangeSetSource{row.id(0), row.integer(1), row.optional_number(2), row.instant(3)};
      });
}

Params ProjectRead::part_params(Part rows) const {
  const Param before = part_->settled.before;
  switch (rows) {
    case Part::of_tasks: return {project_.source_id, part_->tasks};
    case Part::events: return {project_.source_id, part_->tasks, part_->events};
    case Part::since: return {project_.source_id, before};
    case Part::of_either: return {project_.source_id, part_->tasks, before};
    case Part::all: break;
  }
  return {project_.source_id};
}

std::vector<Uuid> ProjectRead::outside() const {
  const auto& sources = result_.sources;
  std::unordered_set<Uuid> read;
  for (const auto& task : sources.tasks) read.insert(task.id);
  std::vector<Uuid> outside;
  const auto consider = [&](const Uuid& task) {
    if (read.insert(task).second) outside.push_back(task);
  };
  for (const auto& edge : sources.edges) consider(edge.from_task_id);
  for (const auto& link : sources.links) consider(link.gate_task_id);
  std::sort(outside.begin(), outside.end());
  return outside;
}

void ProjectRead::run_timelines() {
  read_plan();
  read_history();
  read_leases();
}

void ProjectRead::run() {
  result_.sources.project_id = project_.id;
  result_.sources.project_name = project_.name;
  result_.sources.off = capabilities_.components_off();
  if (part_ != nullptr) result_.sources.settled = part_->settled;
  read_plan();
  read_history();
  read_gates();
  read_leases();
  read_optional();
}

template <typename Rows>
void append(Rows& rows, Rows& more) {
  std::move(more.begin(), more.end(), std::back_inserter(rows));
}

ProjectHeader read_header(RowReader& row) { return {row.uuid(0), row.text(0), row.text(1), row.text(2)}; }

}  // namespace

std::vector<ProjectHeader> list_projects(Transaction& tx, const std::vector<std::string>& statuses) {
  std::vector<QuarantineRow> unreadable;
  const Param states = statuses.empty() ? Param{std::nullopt} : Param{statuses};
  std::vector<ProjectHeader> projects;
  read_rows<ProjectHeader>(tx.exec(sql::read_projects, {states}), "project", {projects, unreadable}, read_header);
  return projects;
}

std::vector<QuarantineRow> unreadable_projects(Transaction& tx) {
  std::vector<ProjectHeader> projects;
  std::vector<QuarantineRow> unreadable;
  read_rows<ProjectHeader>(tx.exec(sql::read_projects, {std::nullopt}), "project", {projects, unreadable}, read_header);
  return unreadable;
}

ReadResult read_project(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities) {
  ProjectRead read(tx, project, capabilities);
  read.run();
  return read.take();
}

ReadResult read_project(Transaction& tx, const ProjectHeader& project) {
  return read_project(tx, project, discover_sources(tx));
}

namespace {

ReadResult read_part(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities,
                     const LivePart& part) {
  ProjectRead read(tx, project, capabilities, &part);
  read.run();
  const LivePart around{read.outside(), part.settled, {}};
  auto result = read.take();
  if (around.tasks.empty()) return result;
  ProjectRead read_around(tx, project, capabilities, &around);
  read_around.run_timelines();
  auto referred = read_around.take();
  for (const auto& task : referred.sources.tasks) result.sources.referred.push_back(task.id);
  std::sort(result.sources.referred.begin(), result.sources.referred.end());
  append(result.sources.tasks, referred.sources.tasks);
  append(result.sources.events, referred.sources.events);
  append(result.sources.leases, referred.sources.leases);
  append(result.quarantine, referred.quarantine);
  return result;
}

}  // namespace

ReadResult read_live_part(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities,
                          const LivePart& part) {
  tx.exec(sql::set_plan_mode, {"force_generic_plan"});
  auto result = read_part(tx, project, capabilities, part);
  tx.exec(sql::set_plan_mode, {"auto"});
  return result;
}

}  // namespace tidemark::readmodel
