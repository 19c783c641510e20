// What is left out when a source is not there: what rests on it is absent, everything else is byte-identical, and all
// is back when the source is. The cases follow contracts/source_tables and docs/metrics.md.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "contracts/source_tables.hpp"
#include "jobs/conformance/conformance.hpp"
#include "jobs/manual_run.hpp"
#include "jobs/render/conformance_screen.hpp"
#include "readmodel/sources/source_discovery.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/source_tree.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

struct Case {
  Names sources;      // taken away: "lease", "task.phase_id"
  std::string gone;   // rows that must vanish, by their key
  Names members;      // of payloads, at any depth, that must vanish
  std::string moved;  // rows whose values may differ: they are made of less
};

const std::string kPredictability = "delivery_predictability|health_at_a_glance|suggested_actions";
// What a claim is part of, and what names an assignee.
const std::string kClaims =
    kPredictability +
    "|cycle_time|wip|blocked|flow_efficiency|state_distribution|time_in_state|bottleneck|"
    "assignee|drilldown|reviewer_load|milestone.tasks|breach_probability|(backlog|dependency_risk) hour";  // hours in
                                                                                                           // which a
                                                                                                           // state
                                                                                                           // changed
const std::string kStages = "bottleneck|drilldown";

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {{"phase"}, "(trend|breakdown) .*phase", {"phase"}, ""},
      {{"task.phase_id"}, "(trend|breakdown) .*phase", {"phase"}, ""},
      {{"milestone"},
       "(trend|breakdown) .*milestone|summary ..milestone",
       {"milestone", "tasks_by_milestone", "schedule_reliability"},
       kPredictability},
      {{"task.milestone_id"},
       "(trend|breakdown) .*milestone|summary ..milestone",
       {"milestone", "tasks_by_milestone"},
       kPredictability},
      {{"milestone.planned_completion_date"},
       "",
       {"schedule_reliability", "planned_completion_date", "breach_probability"},
       kPredictability},
      {{"milestone.planned_start_date"}, "", {}, kPredictability},
      {{"milestone.actual_completion_date"}, "", {}, kPredictability},
      {{"task.milestone_id", "milestone.actual_completion_date"},
       "(trend|breakdown) .*milestone|summary ..milestone",
       {"milestone", "tasks_by_milestone", "schedule_reliability"},
       kPredictability},
      {{"task.short_id"}, "", {}, "drilldown|suggested_actions"},
      {{"lease"}, "", {}, kClaims},
      {{"lease.agent_id"}, "", {}, kClaims},
      {{"event_log.caused_by"}, "", {}, "assignee|drilldown|reviewer_load|suggested_actions"},
      {{"lease", "event_log.caused_by"}, "(trend|breakdown) .*assignee", {"assignee"}, kClaims},
      {{"gate_decision"},
       "gate_latency|reviewer_load|operational.gates|bottleneck_contribution .* stage review",
       {},
       kStages + "|suggested_actions"},
      {{"gate_rule"}, "(trend|breakdown) .*gate_type", {"gate_type", "sla_breach_rate", "breached"}, ""},
      {{"gate_candidate_link"},
       "",
       {"queue_length", "open_queue"},
       "gate_latency|reviewer_load|operational.gates|suggested_actions"},
      {{"integration_attempt"},
       "integration_outcomes|integration_reliability",
       {"integration_outcomes"},
       "health_at_a_glance|drilldown"},
      {{"artifact"}, "", {"quality_gate_score"}, "health_at_a_glance"},
      {{"dependency_edge"}, "dependency_risk", {}, ""},
      {{"plan_change_set"}, "replan_churn", {}, ""},
      // Columns of the sources that nothing is made of.
      {{"project.org_id", "task.state", "task.work_spec", "task.created_by", "milestone.phase_id",
        "gate_decision.phase_id", "event_log.correlation_id", "lease.released_at", "integration_attempt.diagnostics",
        "artifact.touched_files"},
       "",
       {},
       ""},
  };
  return all;
}

// Renames them away, or back.
enum class Way { away, back };
void move(readmodel::Session& session, const Names& sources, Way way) {
  for (const auto& source : sources) {
    const auto dot = source.find('.');
    const auto table = source.substr(0, dot);
    const auto name = dot == std::string::npos ? table : source.substr(dot + 1);
    const auto from = way == Way::away ? name : name + "_away";
    const auto to = way == Way::away ? name + "_away" : name;
    run_sql(session, dot == std::string::npos ? "ALTER TABLE " + from + " RENAME TO " + to
                                              : "ALTER TABLE " + table + " RENAME COLUMN " + from + " TO " + to);
  }
}

void remove_members(Json& json, const Names& members) {
  if (json.is_object())
    for (const auto& member : members) json.erase(member);
  for (auto& item : json)
    if (item.is_structured()) remove_members(item, members);
}

// A dumped value: a prefix (id, number) and JSON.
std::string without(const std::string& value, const Names& members) {
  const auto begin = value.find_first_of("{[");
  if (members.empty() || begin == std::string::npos) return value;
  Json json = Json::parse(value.substr(begin));
  remove_members(json, members);
  return value.substr(0, begin) + json.dump();
}

bool matches(const std::string& key, const std::string& pattern) {
  return !pattern.empty() && std::regex_search(key, std::regex{pattern});
}

std::string listed(const Names& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// What `tidemark conformance` says of it.
std::string violations(const readmodel::ConnectionSettings& connection) {
  const auto report = conformance::check({connection, std::nullopt, 1}, [](auto, auto) {});
  return report.violations() == 0 ? "" : render::conformance_json(report).dump(1);
}

// Compares what was stored without the sources with what was stored with all of them.
void check_case(const Case& taken, const Dump& full, const Dump& part) {
  std::size_t gone = 0;
  Names wrong;
  for (const auto& [key, value] : full) {
    const auto found = part.find(key);
    if (matches(key, taken.gone)) {
      ++gone;
      if (found != part.end()) wrong.push_back("still there: " + key);
    } else if (matches(key, taken.moved)) {
      continue;
    } else if (found == part.end()) {
      // A member of a summary goes with its last number.
      const auto only = key.substr(key.rfind('.') + 1);
      if (std::find(taken.members.begin(), taken.members.end(), only) == taken.members.end())
        wrong.push_back("vanished: " + key);
    } else if (without(found->second, taken.members) != without(value, taken.members)) {
      wrong.push_back("moved: " + key + ": " + value + " -> " + found->second);
    }
  }
  for (const auto& [key, value] : part) {
    if (full.count(key) == 0 && !matches(key, taken.moved)) wrong.push_back("new: " + key);
    for (const auto& member : taken.members)
      if (value.find('"' + member + "\": ") != std::string::npos) wrong.push_back("has " + member + ": " + key);
  }
  if (wrong.size() > 10) wrong.resize(10);
  CHECK(wrong == Names{});
  CHECK((taken.gone.empty() || gone > 0));
}

}  // namespace

TEST_CASE("what a missing source switches off is absent, the rest as it was", "[optional]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  refresh_and_snapshot(db.connection());
  const auto full = dump_read_model(session);
  for (const auto& metric : {"gate_latency", "dependency_risk", "replan_churn", "integration_outcomes"})
    CHECK(std::any_of(full.begin(), full.end(), [&](auto& row) { return matches(row.first, metric); }));

  for (const auto& taken : cases()) {
    INFO("without " << listed(taken.sources));
    move(session, taken.sources, Way::away);
    refresh_and_snapshot(db.connection());
    const auto part = dump_read_model(session);
    check_case(taken, full, part);
    CHECK(violations(db.connection()) == "");
    if (!taken.moved.empty()) CHECK(part != full);
    move(session, taken.sources, Way::back);
  }
  refresh_and_snapshot(db.connection());
  CHECK(dump_read_model(session) == full);
}

TEST_CASE("every component has a case in which it is off, and every optional source is taken away", "[optional]") {
  ComponentSet off;
  std::set<std::string> taken;
  for (const auto& one : cases()) {
    FoundTables all;
    for (const auto& table : source_tables())
      for (const auto& column : table.columns)
        all[std::string{table.name}][std::string{column.name}] = {"", std::string{column.basic_types.front()}};
    for (const auto& source : one.sources) {
      taken.insert(source);
      const auto dot = source.find('.');
      if (dot == std::string::npos)
        all.erase(source);
      else
        all[source.substr(0, dot)].erase(source.substr(dot + 1));
    }
    for (const auto component : assess_sources(all).components_off()) off.insert(component);
  }
  CHECK(off.size() == source_components().size());
  for (const auto& table : source_tables()) {
    INFO(table.name);
    if (table.need == Need::optional) CHECK(taken.count(std::string{table.name}) == 1);
    for (const auto& column : table.columns)
      if (column.need == Need::optional)
        CHECK(taken.count(std::string{table.name} + '.' + std::string{column.name}) == 1);
  }
}

TEST_CASE("with the three required tables alone the metrics of tasks and states compute", "[optional]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  refresh_and_snapshot(db.connection());
  const auto full = dump_read_model(session);
  Names all;
  for (const auto& table : source_tables())
    if (table.need == Need::optional) all.emplace_back(table.name);
  for (const auto* column : {"task.phase_id", "task.milestone_id", "task.short_id", "event_log.caused_by"})
    all.emplace_back(column);
  move(session, all, Way::away);
  refresh_and_snapshot(db.connection());
  check_case({all,
              "gate_latency|reviewer_load|operational.gates|integration_outcomes|integration_reliability|replan_churn|"
              "dependency_risk|(phase|milestone|assignee|gate_type)[\" ]|stage review",
              {"phase", "milestone", "assignee", "tasks_by_milestone", "schedule_reliability", "quality_gate_score"},
              kClaims + "|throughput"},
             full, dump_read_model(session));
  CHECK(violations(db.connection()) == "");
  move(session, all, Way::back);
  refresh_and_snapshot(db.connection());
  CHECK(dump_read_model(session) == full);
}

TEST_CASE("a run without a required source is refused by its name", "[optional]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  for (const auto* source : {"task", "event_log", "project", "task.title", "event_log.payload", "project.status"}) {
    INFO(source);
    move(session, {source}, Way::away);
    const jobs::ManualRun run{{db.connection(), 1}, at("2024-03-10T00:05:00Z"), std::nullopt, {}};
    CHECK_THROWS_WITH(jobs::run_full_refresh(run), contains_text(std::string{source} + " is missing"));
    CHECK_THROWS_WITH(jobs::run_snapshot(run), contains_text("--source-schema"));
    move(session, {source}, Way::back);
  }
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_job_run") == "0");
}

TEST_CASE("a column that cannot be read counts as missing", "[optional]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  run_sql(session, "ALTER TABLE artifact ALTER check_status DROP DEFAULT, ALTER check_status TYPE integer USING 1");
  refresh_and_snapshot(db.connection());
  for (const auto& [key, value] : dump_read_model(session))
    CHECK(value.find("quality_gate_score\": ") == std::string::npos);
  run_sql(session, "ALTER TABLE task ALTER priority DROP DEFAULT, ALTER priority TYPE text");
  CHECK_THROWS_WITH(jobs::run_full_refresh({{db.connection(), 1}, at("2024-03-10T00:05:00Z"), std::nullopt, {}}),
                    contains_text("task.priority is text (an integer expected)"));
}

TEST_CASE("a source table that another schema hides is not taken for it", "[optional]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "CREATE SCHEMA ops");
  auto connection = db.connection();
  connection.source_schema = "ops";
  CHECK_THROWS_WITH(jobs::run_full_refresh({{connection, 1}, at("2024-03-10T00:05:00Z"), std::nullopt, {}}),
                    contains_text("source schema 'ops': table project is missing"));
}

TEST_CASE("the documentation lists what each missing source switches off", "[optional]") {
  const auto text = text_of(source_root() / "docs/metrics.md");
  for (const auto& component : source_components()) {
    std::string needs;
    for (const auto& group : component.needs) {
      std::string any;
      for (const auto source : group) any += (any.empty() ? "" : " or ") + ('`' + std::string{source} + '`');
      needs += (needs.empty() ? "" : ", ") + any;
    }
    const auto row = "| " + std::string{component.name} + " | " + needs + " | " + std::string{component.without} + " |";
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  }
}
