#include "contracts/source_tables.hpp"

#include <algorithm>

namespace tidemark {
namespace {

// The basic types that the readers' casts allow, and how to say so.
struct Type {
  std::string_view expected;
  std::vector<std::string_view> basic_types;
};

const Type& id() {
  static const Type type{"uuid or text", {"uuid", "text", "varchar", "bpchar"}};
  return type;
}
const Type& text() {
  static const Type type{"text or an enum", {"text", "varchar", "bpchar", "citext", "name", "enum", "uuid"}};
  return type;
}
const Type& integer() {
  static const Type type{"an integer", {"int2", "int4", "int8"}};
  return type;
}
const Type& instant() {
  static const Type type{"timestamptz", {"timestamptz", "timestamp"}};
  return type;
}
const Type& date() {
  static const Type type{"date or timestamptz", {"date", "timestamptz", "timestamp"}};
  return type;
}
const Type& json() {
  static const Type type{"jsonb", {"jsonb", "json"}};
  return type;
}
const Type& texts() {
  static const Type type{"text[]", {"_text", "_varchar", "_bpchar", "_enum", "jsonb", "json"}};
  return type;
}

SourceColumn needed(std::string_view name, const Type& type) {
  return {name, type.expected, type.basic_types, Need::required};
}
SourceColumn optional(std::string_view name, const Type& type) {
  return {name, type.expected, type.basic_types, Need::optional};
}

std::vector<SourceTable> required_tables() {
  return {
      {"project", Need::required, {needed("id", id()), needed("name", text()), needed("status", text())}},
      {"task",
       Need::required,
       {needed("id", id()), needed("project_id", id()), optional("phase_id", id()), optional("milestone_id", id()),
        optional("short_id", text()), needed("title", text()), needed("priority", integer()),
        needed("task_class", text()), needed("capability_tags", texts()), needed("created_at", instant())}},
      {"event_log",
       Need::required,
       {needed("id", integer()), needed("project_id", id()), needed("entity_type", text()), needed("entity_id", id()),
        needed("event_type", text()), needed("payload", json()), optional("caused_by", text()),
        needed("created_at", instant())}},
  };
}

std::vector<SourceTable> optional_tables() {
  const auto of_project = [](std::string_view name, std::vector<SourceColumn> further) {
    SourceTable table{name, Need::optional, {needed("id", id()), needed("project_id", id())}};
    table.columns.insert(table.columns.end(), further.begin(), further.end());
    return table;
  };
  return {
      of_project("phase", {needed("name", text())}),
      of_project("milestone",
                 {needed("name", text()), optional("planned_start_date", date()),
                  optional("planned_completion_date", date()), optional("actual_completion_date", date())}),
      of_project("lease", {needed("task_id", id()), needed("agent_id", text()), needed("created_at", instant())}),
      of_project("gate_rule", {needed("name", text()), needed("scope", json())}),
      of_project("gate_decision", {needed("gate_rule_id", id()), needed("task_id", id()), needed("outcome", text()),
                                   needed("actor_id", text()), needed("created_at", instant())}),
      of_project("gate_candidate_link",
                 {needed("gate_task_id", id()), needed("candidate_task_id", id()), needed("created_at", instant())}),
      of_project("integration_attempt", {needed("task_id", id()), needed("result", text()),
                                         needed("started_at", instant()), needed("ended_at", instant())}),
      of_project("artifact",
                 {needed("task_id", id()), needed("check_status", text()), needed("created_at", instant())}),
      of_project("dependency_edge", {needed("from_task_id", id()), needed("to_task_id", id()),
                                     needed("unlock_on", text()), needed("created_at", instant())}),
      of_project("plan_change_set",
                 {needed("status", text()), needed("operations", json()), needed("applied_at", instant())}),
  };
}

bool readable(const SourceColumn& column, const FoundColumn& found) {
  return std::find(column.basic_types.begin(), column.basic_types.end(), found.basic_type) != column.basic_types.end();
}

// The columns of one table that cannot be read; whether it can be read at all.
bool assess_table(const SourceTable& table, const FoundTables& found, SourceAssessment& result,
                  std::set<std::string, std::less<>>& there) {
  const auto columns = found.find(table.name);
  const std::string name{table.name};
  if (columns == found.end()) {
    result.findings.push_back({table.need, name, "", "", "", ""});
    return false;
  }
  bool usable = true;
  for (const auto& column : table.columns) {
    const auto found_column = columns->second.find(column.name);
    const bool missing = found_column == columns->second.end();
    if (!missing && readable(column, found_column->second)) {
      there.insert(name + '.' + std::string{column.name});
      if (column.expected == instant().expected && found_column->second.basic_type == "timestamp")
        result.unzoned.push_back(name + '.' + std::string{column.name});
      if (column.expected == json().expected && found_column->second.basic_type == "json")
        result.plain_json.push_back(name + '.' + std::string{column.name});
      if (column.name == "project_id" && found_column->second.basic_type != "uuid") result.text_keyed.insert(name);
      continue;
    }
    // A readable type is needed even of an optional column: the statement that reads it names it.
    const bool in_the_way = column.need == Need::required || !missing;
    usable = usable && !in_the_way;
    const Need need = table.need == Need::required && in_the_way ? Need::required : Need::optional;
    result.findings.push_back({need, name, std::string{column.name}, missing ? "" : found_column->second.type,
                               std::string{column.expected}, ""});
  }
  return usable;
}

std::string_view table_of(std::string_view source) { return source.substr(0, source.find('.')); }

// Whether the table cannot be read for it: not an optional column that is merely missing.
bool blocks_table(const SourceFinding& finding) {
  if (finding.column.empty() || !finding.found.empty()) return true;
  for (const auto& table : source_tables())
    for (const auto& column : table.columns)
      if (table.name == finding.table && column.name == finding.column) return column.need == Need::required;
  return false;
}

// Whether what was found missing is why `source` ("table" or "table.column") does not serve.
bool stands_in_the_way(const SourceFinding& finding, std::string_view source, const SourceAssessment& result) {
  if (finding.table != table_of(source)) return false;
  return result.usable.count(finding.table) == 0 ? blocks_table(finding)
                                                 : finding.table + '.' + finding.column == source;
}

// Notes what the component lacks of the group and why, and with each reason that the component is off.
void explain(ComponentFinding& off, const std::vector<std::string_view>& group, SourceAssessment& result) {
  std::string any;
  for (const auto source : group) {
    std::string names;
    for (auto& finding : result.findings) {
      if (!stands_in_the_way(finding, source, result)) continue;
      names += (names.empty() ? "" : " and ") + finding.name();
      if (std::find(off.reasons.begin(), off.reasons.end(), finding.reason()) != off.reasons.end()) continue;
      off.reasons.push_back(finding.reason());
      finding.effect += (finding.effect.empty() ? "" : "; ") + std::string{off.component->name};
    }
    any += (any.empty() ? "" : " or ") + names;
  }
  off.lacking.push_back(any);
}

}  // namespace

const std::vector<SourceTable>& source_tables() {
  static const std::vector<SourceTable> tables = [] {
    auto all = required_tables();
    for (auto& table : optional_tables()) all.push_back(std::move(table));
    return all;
  }();
  return tables;
}

std::optional<SourceComponent> component_of_dimension(std::string_view dimension) {
  if (dimension == "phase") return SourceComponent::phases;
  if (dimension == "milestone") return SourceComponent::milestones;
  if (dimension == "assignee") return SourceComponent::assignees;
  if (dimension == "gate_type") return SourceComponent::gate_types;
  return std::nullopt;
}

const std::vector<ComponentSources>& source_components() {
  using C = SourceComponent;
  static const std::vector<ComponentSources> components{
      {C::phases, "phase dimension", {{"phase"}, {"task.phase_id"}}, "no rows by phase, no `phase` in a context"},
      {C::milestones,
       "milestone dimension",
       {{"milestone"}, {"task.milestone_id"}},
       "no rows by milestone, no `milestone` in a context, no `tasks_by_milestone`, no summaries of milestones"},
      {C::leases,
       "claims and assignees by lease",
       {{"lease"}},
       "tasks are claimed by events alone; the assignee is who caused the newest entry into an active state"},
      {C::event_actors,
       "assignees by event",
       {{"event_log.caused_by"}},
       "the assignee is the newest lease's agent alone"},
      {C::assignees,
       "assignee dimension",
       {{"lease", "event_log.caused_by"}},
       "no rows by assignee, no `assignee` in a context, no `open_queue` of a reviewer, no reviewer's share of the "
       "queue "
       "in `reroute_reviewer`"},
      {C::short_ids, "short task ids", {{"task.short_id"}}, "`task_id` and `affected_tasks` show the tasks' ids"},
      {C::schedule_reliability,
       "schedule reliability of delivery_predictability_index",
       {{"milestone.planned_completion_date"}, {"milestone.actual_completion_date", "task.milestone_id"}},
       "no `schedule_reliability`; the index is made of the other two components, `coverage` is at most 0.6"},
      {C::planned_durations,
       "planned durations in schedule reliability",
       {{"milestone.planned_start_date"}},
       "7 days are assumed"},
      {C::given_completions,
       "given completions in schedule reliability",
       {{"milestone.actual_completion_date"}},
       "a milestone is completed with its last task"},
      {C::gates,
       "gate_latency, reviewer_load, and the review stage of bottleneck_contribution",
       {{"gate_decision"}},
       "no rows of the two, no figures in `gates`, no stage `review`; `integration` begins at implemented"},
      {C::gate_types,
       "gate types of gate_latency",
       {{"gate_rule"}, {"gate_decision"}},
       "no rows by gate_type, no `gate_type` in the drilldown, no `sla_breach_rate`"},
      {C::gate_queue,
       "gate queues",
       {{"gate_candidate_link"}, {"gate_decision"}},
       "no `queue_length`, no `open_queue`, no share of the queue in `reroute_reviewer`; a gate's latency counts from "
       "entering implemented"},
      {C::integrations,
       "integration_outcomes and integration_reliability_score",
       {{"integration_attempt"}},
       "no rows of the two, no `integration_outcomes` in a summary, no factor `integration_retries`"},
      {C::quality_gate,
       "quality gate score of health_at_a_glance",
       {{"artifact"}},
       "no `quality_gate_score`; health is the lowest of the other three"},
      {C::dependencies, "dependency_risk", {{"dependency_edge"}}, "no rows"},
      {C::replanning, "replan_churn", {{"plan_change_set"}}, "no rows"},
  };
  return components;
}

std::string SourceFinding::name() const { return column.empty() ? table : table + '.' + column; }

std::string SourceFinding::reason() const {
  std::string out = (column.empty() ? "table " : "") + name() + (found.empty() ? " is missing" : " is " + found);
  if (!expected.empty()) out += " (" + expected + " expected)";
  return out;
}

std::string SourceFinding::text() const {
  return need == Need::required || effect.empty() ? reason() : reason() + "; off without it: " + effect;
}

ComponentSet SourceAssessment::components_off() const {
  ComponentSet set;
  for (const auto& finding : off) set.insert(finding.component->component);
  return set;
}

SourceAssessment assess_sources(const FoundTables& found) {
  SourceAssessment result;
  std::set<std::string, std::less<>> there;  // columns
  for (const auto& table : source_tables())
    if (assess_table(table, found, result, there)) result.usable.emplace(table.name);
  const auto serves = [&](std::string_view source) {
    return result.usable.count(table_of(source)) != 0 && (table_of(source) == source || there.count(source) != 0);
  };
  for (const auto& component : source_components()) {
    ComponentFinding off{&component, {}, {}};
    for (const auto& group : component.needs)
      if (std::none_of(group.begin(), group.end(), serves)) explain(off, group, result);
    if (!off.lacking.empty()) result.off.push_back(std::move(off));
  }
  return result;
}

}  // namespace tidemark
