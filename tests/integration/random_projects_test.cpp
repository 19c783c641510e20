// The generator of random projects: the same rows for the same seed, and every quirk there that it promises.
#include "support/random_projects.hpp"

#include <fmt/format.h>

#include "jobs/manual_run.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

struct Quirk {
  const char* name;
  const char* count;  // a query of one number
};

// Over a few projects of some size none of these may be missing: each has a rule of its own in the definitions.
const std::vector<Quirk>& quirks() {
  static const std::vector<Quirk> kQuirks{
      {"late event",
       "SELECT count(*) FROM event_log e WHERE EXISTS (SELECT FROM event_log o WHERE o.entity_id = "
       "e.entity_id AND o.id < e.id AND o.created_at > e.created_at)"},
      {"same event twice",
       "SELECT count(*) FROM event_log e JOIN event_log o USING (entity_id, event_type, payload, "
       "created_at) WHERE o.id < e.id"},
      {"same instant, other payload",
       "SELECT count(*) FROM event_log e JOIN event_log o USING (entity_id, created_at) "
       "WHERE o.id < e.id AND o.payload <> e.payload"},
      {"integer sequence",
       "SELECT count(*) FROM event_log WHERE payload->>'sequence' ~ '^-?[0-9]+$' AND "
       "jsonb_typeof(payload->'sequence') = 'number'"},
      {"text sequence", "SELECT count(*) FROM event_log WHERE jsonb_typeof(payload->'sequence') = 'string'"},
      {"task.X", "SELECT count(*) FROM event_log WHERE event_type = 'task.in_progress'"},
      {"task_X", "SELECT count(*) FROM event_log WHERE event_type = 'task_in_progress'"},
      {"unblocked", "SELECT count(*) FROM event_log WHERE event_type IN ('task.unblocked', 'task_unblocked')"},
      {"task_state_transitioned", "SELECT count(*) FROM event_log WHERE event_type = 'task_state_transitioned'"},
      {"to_state is no text", "SELECT count(*) FROM event_log WHERE jsonb_typeof(payload->'to_state') = 'object'"},
      {"unknown task", "SELECT count(*) FROM event_log WHERE entity_id NOT IN (SELECT id FROM task)"},
      {"before its task",
       "SELECT count(*) FROM event_log e JOIN task t ON t.id = entity_id WHERE e.created_at < "
       "t.created_at"},
      {"far future", "SELECT count(*) FROM event_log WHERE created_at > '2030-01-01'"},
      {"reopened twice",
       "SELECT count(*) FROM (SELECT FROM event_log WHERE payload->>'from_state' = 'integrated' GROUP "
       "BY entity_id HAVING count(*) > 1) x"},
      {"lease at a move",
       "SELECT count(*) FROM lease l JOIN event_log e ON e.entity_id = l.task_id AND e.created_at = "
       "l.created_at"},
      {"lease at creation",
       "SELECT count(*) FROM lease l JOIN task t ON t.id = l.task_id WHERE l.created_at <= "
       "t.created_at"},
      {"tag twice",
       "SELECT count(*) FROM task WHERE capability_tags @> '{cpp}' AND cardinality(capability_tags) > "
       "cardinality(ARRAY(SELECT DISTINCT unnest(capability_tags)))"},
      {"no tags", "SELECT count(*) FROM task WHERE capability_tags = '{}'"},
      {"no milestone", "SELECT count(*) FROM task WHERE milestone_id IS NULL"},
      {"equal names", "SELECT count(*) FROM milestone a JOIN milestone b USING (project_id, name) WHERE a.id < b.id"},
      {"long name", "SELECT count(*) FROM milestone WHERE octet_length(name) > 200"},
      {"empty name", "SELECT count(*) FROM phase WHERE name = ''"},
      {"ten to one",
       "SELECT count(*) FROM milestone WHERE planned_completion_date - planned_start_date = 9 AND "
       "abs(actual_completion_date - planned_completion_date) = 1"},
      {"decision at its link",
       "SELECT count(*) FROM gate_decision d JOIN gate_candidate_link l ON l.candidate_task_id "
       "= d.task_id AND l.created_at = d.created_at"},
      {"decision without a task", "SELECT count(*) FROM gate_decision WHERE task_id IS NULL"},
      {"re-review",
       "SELECT count(*) FROM (SELECT FROM gate_decision GROUP BY task_id, gate_rule_id HAVING count(*) > 1) "
       "x"},
      {"gate task with a lease", "SELECT count(*) FROM gate_candidate_link JOIN lease ON task_id = gate_task_id"},
      {"attempt without an end",
       "SELECT count(*) FROM integration_attempt WHERE ended_at IS NULL AND result = "
       "'conflict'"},
      {"edge to itself", "SELECT count(*) FROM dependency_edge WHERE from_task_id = to_task_id"},
      {"edge to nothing", "SELECT count(*) FROM dependency_edge WHERE to_task_id NOT IN (SELECT id FROM task)"},
      {"operations that are no array",
       "SELECT count(*) FROM plan_change_set WHERE jsonb_typeof(operations) = 'object'"},
      {"more than 50 reasons",
       "SELECT count(*) FROM (SELECT FROM event_log GROUP BY project_id, created_at::date HAVING "
       "count(DISTINCT payload->>'reason') > 50) x"},
      {"paused or archived", "SELECT count(*) FROM project WHERE status <> 'active'"},
      {"without tasks", "SELECT count(*) FROM project WHERE id NOT IN (SELECT project_id FROM task)"},
      {"ISO week 53", "SELECT count(*) FROM event_log WHERE to_char(created_at, 'IYYY-IW') = '2020-53'"},
      {"leap day", "SELECT count(*) FROM event_log WHERE created_at::date = '2024-02-29'"},
  };
  return kQuirks;
}

}  // namespace

TEST_CASE("random projects: every quirk of the definitions occurs, and a refresh copes with them") {
  TestDatabase db;
  readmodel::Session session(db.connection());
  std::size_t events = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const auto rows = random_project(seed, 60).rows;
    for (const auto& row : rows) events += row.table == "event_log";
    write_rows(session, rows);
  }
  CHECK(sql_value(session, "SELECT count(*) FROM event_log") == std::to_string(events));
  for (const auto& quirk : quirks()) {
    INFO(quirk.name);
    CHECK(std::stoll(sql_value(session, quirk.count)) > 0);
  }
  const auto outcome = jobs::run_full_refresh({{db.connection(), 2}, at("2024-06-15T10:30:00Z"), std::nullopt, {}});
  CHECK(outcome.report.failures.empty());
  CHECK(outcome.report.written() > 10'000);
}

TEST_CASE("random projects: written in steps they are the same rows as written at once, and a seed gives them again") {
  const auto project = random_project(9, 40);
  const auto again = random_project(9, 40);
  REQUIRE(project.rows.size() == again.rows.size());
  for (std::size_t n = 0; n < project.rows.size(); ++n) CHECK(project.rows[n].columns == again.rows[n].columns);
  CHECK(project.rows.front().table == "project");
  CHECK(project.as_ofs.size() >= 8);

  constexpr const char* kDigest =
      "SELECT md5(string_agg(x, E'\\n' ORDER BY x)) FROM (SELECT e::text AS x FROM event_log e UNION ALL "
      "SELECT t::text FROM task t UNION ALL SELECT a::text FROM integration_attempt a) y";
  TestDatabase at_once;
  readmodel::Session whole(at_once.connection());
  write_rows(whole, project.rows);
  TestDatabase in_steps;
  readmodel::Session step(in_steps.connection());
  for (std::size_t n = 0; n < project.rows.size(); n += 37) {
    const auto first = project.rows.begin() + static_cast<std::ptrdiff_t>(n);
    const auto last = project.rows.begin() + static_cast<std::ptrdiff_t>(std::min(n + 37, project.rows.size()));
    write_rows(step, {first, last});
  }
  CHECK(sql_value(step, kDigest) == sql_value(whole, kDigest));
}
