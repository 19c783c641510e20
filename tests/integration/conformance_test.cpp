// What `tidemark conformance` says of a database that is right, and of one in which a single thing is wrong.
#include "jobs/conformance/conformance.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <set>
#include <thread>

#include "readmodel/project_writer.hpp"
#include "readmodel/summary_store.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/small_project.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using conformance::Check;
using Names = std::set<std::string>;

namespace {

// The small project's rows at an as-of, and the way into a database.
struct Refresh {
  explicit Refresh(const std::string& text) : as_of(at(text)), rows(small_project().compute(text)) {}
  void run(readmodel::Session& session) const {
    readmodel::write_project(session, {id_of("project"), as_of, {as_of, std::nullopt}, std::nullopt}, rows);
  }
  Instant as_of;
  ProjectRows rows;
};

// A database that holds the small project as a refresh and a snapshot leave it.
struct Stored {
  Stored() {
    const History history = small_project();
    const Uuid project = history.sources.project_id;
    const Instant as_of = at(kSmallProjectAsOf);
    run_sql(session, fmt::format("INSERT INTO project (id, name, status, created_at, updated_at)"
                                 " VALUES ('{}', 'Small', 'active', '2024-02-01', '2024-02-01')",
                                 to_string(project)));
    Refresh{kSmallProjectAsOf}.run(session);
    readmodel::write_summaries(
        session, {project, as_of, as_of},
        compute::compute_summaries(history.sources, {as_of, as_of, {}}, compute::Slot::first_of_day));
  }

  conformance::Report check() {
    return conformance::check({db.connection(), std::nullopt, 1}, [](std::size_t, std::size_t) {});
  }

  TestDatabase db;
  readmodel::Session session{db.connection()};
};

Names violated(const conformance::Report& report) {
  Names names;
  for (std::size_t i = 0; i < conformance::kChecks.size(); ++i)
    if (report.of(static_cast<Check>(i)).violations > 0) names.emplace(conformance::kChecks[i].name);
  return names;
}

std::string shown(const conformance::Report& report) {
  std::string text;
  for (std::size_t i = 0; i < conformance::kChecks.size(); ++i)
    for (const auto& violation : report.of(static_cast<Check>(i)).first)
      text += fmt::format("{}: {}: {}\n", conformance::kChecks[i].name, violation.where, violation.problem);
  return text;
}

int exit_code(const std::string& arguments) {
  const std::string command = fmt::format("'{}' conformance {} > /dev/null 2>&1", TIDEMARK_BINARY, arguments);
  return WEXITSTATUS(std::system(command.c_str()));
}

}  // namespace

TEST_CASE_METHOD(Stored, "what a run leaves is what the contract promises", "[conformance]") {
  const auto report = check();
  INFO(shown(report));
  CHECK(report.violations() == 0);
  CHECK(report.projects() == 1);
  for (std::size_t i = 0; i < conformance::kChecks.size(); ++i) {
    INFO("the check looks at something: " << conformance::kChecks[i].name);
    CHECK(report.of(static_cast<Check>(i)).checked > 0);
  }
}

TEST_CASE_METHOD(Stored, "what retention has taken raises no alarm", "[conformance]") {
  // Months on, only weeks, months and the current buckets are left.
  Refresh{"2024-07-01T00:00:00Z"}.run(session);
  const auto report = check();
  INFO(shown(report));
  CHECK(report.violations() == 0);
}

TEST_CASE_METHOD(Stored, "a refresh at the same time raises no alarm", "[conformance]") {
  const Refresh now{kSmallProjectAsOf};
  const Refresh a_week_on{"2024-03-20T06:00:00Z"};
  std::atomic<int> refreshes{0};
  std::atomic<bool> enough{false};
  std::exception_ptr failure;
  std::thread writer([&] {
    try {
      for (readmodel::Session own(db.connection()); !enough; ++refreshes)
        (refreshes % 2 == 0 ? a_week_on : now).run(own);
    } catch (...) {
      failure = std::current_exception();
      refreshes = 1000;
    }
  });
  std::string alarms;
  // The checks see several states come and go.
  while (alarms.empty() && refreshes < 6) alarms = shown(check());
  enough = true;
  writer.join();
  CHECK(alarms == "");
  CHECK_FALSE(failure);
}

TEST_CASE("each thing that is wrong is found by its check", "[conformance]") {
  struct Case {
    const char* sql;
    Names found_by;      // each of these finds it
    Names consequences;  // these may as well
  };
  // One row by its key.
  const auto trend = [](const char* metric, const char* grain, const char* bucket, const char* dimensions = "{}") {
    return fmt::format(" WHERE metric_key = '{}' AND time_grain = '{}' AND time_bucket = '{}Z' AND dimensions = '{}'",
                       metric, grain, bucket, dimensions);
  };
  static std::vector<std::string> texts;  // the cases hold views of them
  const auto update = [&](const std::string& set, const std::string& where) {
    texts.push_back("UPDATE metrics_trend_point SET " + set + where);
    return texts.back().c_str();
  };
  texts.reserve(100);
  const std::vector<Case> cases{
      // a field removed, and one of a wrong type
      {"UPDATE metrics_drilldown SET payload = payload - 'task_title' WHERE id = (SELECT id FROM metrics_drilldown"
       " WHERE metric_key = 'lead_time' ORDER BY id LIMIT 1)",
       {"schema"},
       {}},
      {update("value_json = jsonb_set(value_json, '{sample_size}', '\"3\"')", trend("lead_time", "week", "2024-03-04")),
       {"schema"},
       {"state", "split"}},
      {"UPDATE metrics_summary SET payload = payload #- '{operational,wip,aging_buckets,gt_7d}' WHERE scope = '{}'",
       {"schema"},
       {"summary"}},
      // an id
      {update("id = gen_random_uuid()", trend("wip", "day", "2024-03-05")), {"id"}, {}},
      {"UPDATE metrics_summary SET id = gen_random_uuid() WHERE scope = '{}'", {"id"}, {}},
      // a count, and what it was counted from
      {update("value_numeric = value_numeric + 1", trend("throughput", "day", "2024-03-05")),
       {"point", "state", "split"},
       {}},
      {update("value_json = jsonb_set(value_json, '{state,c,n}', '9')", trend("throughput", "day", "2024-03-05")),
       {"state", "merge"},
       {}},
      {update("value_json = jsonb_set(value_json, '{state,d,value,sum}', '\"1\"')",
              trend("lead_time", "day", "2024-03-05")),
       {"state"},
       {}},
      // percentages and percentiles
      {update("value_json = jsonb_set(value_json, '{blocked_time_pct}', '99')",
              trend("flow_efficiency_score", "day", "2024-03-06")),
       {"point"},
       {}},
      {"UPDATE metrics_summary SET payload = jsonb_set(payload, '{north_star,flow_efficiency_score,blocked_time_pct}',"
       " '99') WHERE scope = '{}'",
       {"summary"},
       {}},
      {update("value_json = jsonb_set(jsonb_set(value_json, '{p75_minutes}', value_json -> 'p95_minutes'),"
              " '{p95_minutes}', value_json -> 'p75_minutes')",
              trend("lead_time", "week", "2024-03-04")),
       {"point", "state"},
       {}},
      // rows that are gone
      {"DELETE FROM metrics_breakdown_point WHERE metric_key = 'wip' AND dimension_key = 'phase'"
       " AND dimension_value = 'Build' AND time_bucket = '2024-03-05Z'",
       {"breakdown", "split"},
       {}},
      {"DELETE FROM metrics_breakdown_point WHERE metric_key = 'wip' AND dimension_key = 'priority'"
       " AND dimension_value = 'P0' AND time_bucket = '2024-03-12Z'",
       {"split"},
       {}},
      {"DELETE FROM metrics_drilldown WHERE id = (SELECT id FROM metrics_drilldown WHERE metric_key = 'wip'"
       " ORDER BY id LIMIT 1)",
       {"drilldown"},
       {}},
      {"DELETE FROM metrics_drilldown WHERE metric_key = 'blocked'", {"drilldown"}, {}},
      {"UPDATE metrics_drilldown SET payload = jsonb_set(payload, '{value}', '12345') WHERE id = (SELECT id FROM"
       " metrics_drilldown WHERE metric_key = 'lead_time' ORDER BY id LIMIT 1)",
       {"drilldown"},
       {}},
      {"UPDATE metrics_drilldown SET payload = jsonb_set(payload, '{value}', '0.5') WHERE id = (SELECT id FROM"
       " metrics_drilldown WHERE metric_key = 'wip' ORDER BY id LIMIT 1)",
       {"drilldown"},
       {}},
      {"DELETE FROM metrics_drilldown WHERE id = (SELECT id FROM metrics_drilldown WHERE metric_key = 'lead_time'"
       " ORDER BY id LIMIT 1)",
       {"drilldown"},
       {}},
      {"DELETE FROM metrics_trend_point WHERE metric_key = 'throughput' AND time_grain = 'week' AND dimensions = '{}'"
       " AND time_bucket = '2024-03-04Z'",
       {"merge"},
       {"split"}},
      {"DELETE FROM metrics_data_version", {"key"}, {}},
      // a figure of the summary
      {"UPDATE metrics_summary SET payload = jsonb_set(payload, '{operational,backlog,implemented_not_integrated}',"
       " '77') WHERE scope = '{}'",
       {"summary"},
       {}},
      {"UPDATE metrics_summary SET payload = jsonb_set(payload, '{operational,backlog,implemented_not_integrated}',"
       " '77') WHERE scope <> '{}'",
       {"summary"},
       {}},
      {"UPDATE metrics_summary SET payload = jsonb_set(payload, '{operational,throughput,tasks_integrated_week}',"
       " '77') WHERE scope = '{}'",
       {"summary"},
       {}},
      // keys
      {update("metric_key = 'velocity'", trend("wip", "hour", "2024-03-13 12:00")), {"key", "id"}, {}},
      {update("time_bucket = time_bucket + interval '1 hour'", trend("wip", "day", "2024-03-05")),
       {"key", "id"},
       {"split", "point"}},
      {update("dimensions = '{\"phase\": 5}'", trend("wip", "day", "2024-03-05", R"({"phase": "Build"})")),
       {"key"},
       {"split", "breakdown"}},
      {update("dimensions = '{\"phase\": \"\"}'", trend("wip", "day", "2024-03-05", R"({"phase": "Build"})")),
       {"key", "id", "schema"},
       {"breakdown"}},
      {update("dimensions = '{\"planet\": \"Build\"}'", trend("wip", "day", "2024-03-05", R"({"phase": "Build"})")),
       {"key", "id"},
       {"split", "breakdown", "schema"}},
      {"UPDATE metrics_breakdown_point SET time_grain = NULL WHERE metric_key = 'wip' AND dimension_key = 'priority'"
       " AND dimension_value = 'P0' AND time_bucket = '2024-03-05Z'",
       {"key"},
       {"split"}},
      // values
      {update("value_json = jsonb_set(value_json, '{avg_age_hours}', '1.50')", trend("wip", "day", "2024-03-05")),
       {"value"},
       {}},
      {update("value_numeric = '-0'", trend("rework", "day", "2024-03-04")), {"value"}, {"point", "state"}},
      {update("value_numeric = 'NaN'", trend("wip", "hour", "2024-03-13 12:00")), {"value"}, {"point", "answer"}},
      {update("value_numeric = 1.5", trend("blocked", "hour", "2024-03-13 12:00")), {"value"}, {"point"}},
      {update("value_numeric = NULL", trend("wip", "hour", "2024-03-13 12:00")), {"value"}, {"point"}},
      // health, and a level's week
      {update("value_numeric = value_numeric + 1, value_json = jsonb_set(value_json, '{value}',"
              " to_jsonb(value_numeric + 1))",
              trend("health_at_a_glance", "day", "2024-03-06")),
       {"health"},
       {"point"}},
      {update("value_json = jsonb_set(value_json, '{p85_age_hours}', '5000')", trend("wip", "week", "2024-03-04")),
       {"merge"},
       {}},
  };
  const auto& [sql, found_by, consequences] = GENERATE_COPY(from_range(cases));
  INFO(sql);
  Stored stored;
  run_sql(stored.session, sql);
  const auto report = stored.check();
  INFO(shown(report));
  const Names found = violated(report);
  for (const auto& name : found_by) {
    INFO("found by " << name);
    CHECK(found.contains(name));
  }
  for (const auto& name : found) {
    INFO("found also by " << name);
    CHECK((found_by.contains(name) || consequences.contains(name)));
  }
}

TEST_CASE_METHOD(Stored, "the exit code says whether the contract holds", "[conformance]") {
  const std::string url = "--database-url \"" + db.url() + "\" ";
  CHECK(exit_code(url) == 0);
  CHECK(exit_code(url + "--json --project Small") == 0);
  CHECK(exit_code(url + "--project Smal") == 2);
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 7 WHERE metric_key = 'wip' AND time_grain = 'month'");
  CHECK(exit_code(url) == 4);
  CHECK(exit_code("--database-url 'host=/nonexistent user=u'") == 3);
}

TEST_CASE_METHOD(Stored, "a role that may only read can check", "[conformance]") {
  const std::string role = "conformance_reader_" + std::to_string(::getpid());
  run_sql(session, "CREATE ROLE " + role + "; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
  CHECK(exit_code("--database-url \"" + db.url() + " options='-c role=" + role + "'\"") == 0);
  run_sql(session, "DROP OWNED BY " + role + "; DROP ROLE " + role);
}
