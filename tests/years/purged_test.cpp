// What the owner of the sources deletes because of its age, and what comes late for it, are told apart.
// Spec: jobs, "Compaction".
#include <fmt/format.h>

#include "jobs/refresh.hpp"
#include "migrations/migrator.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"
#include "years/project_life.hpp"

using namespace tidemark;
using namespace tidemark::tests;

TEST_CASE("rows that are deleted because of their age are no late changes, a row that comes for them is",
          "[years][purged]") {
  const Instant begin = at("2020-01-06");
  const Instant as_of = begin + 150 * kDay;
  TestDatabase db;
  migrations::MigrationOptions migration;
  migration.url = db.url();
  migrations::Goal goal;
  goal.capture = migrations::ChangeCapture::install;
  migrations::apply(migration, goal);
  readmodel::Session session(db.connection());
  ProjectLife life(1, "Purged", 4, begin);
  std::vector<SourceRow> rows;
  for (auto& arrival : life.until(as_of))
    if (arrival.act == Act::put) rows.push_back(std::move(arrival.row));
  write_rows(session, rows);
  const auto refresh = [&] {
    jobs::find_changes(session);
    jobs::RefreshOptions options;
    options.pool = {db.connection(), 1};
    options.as_of = as_of;
    options.projects = jobs::refreshed_projects(session);
    options.retention.source_retention_days = 120;
    CHECK(jobs::refresh(options).failures.empty());
  };
  const auto late = [&] {
    return sql_value(session, "SELECT count(*) FROM metrics_quarantine WHERE reason LIKE 'late change%'");
  };
  refresh();
  REQUIRE(late() == "0");
  run_sql(session,
          "DELETE FROM event_log WHERE created_at < '2020-01-20'; DELETE FROM artifact WHERE created_at < "
          "'2020-01-20'");
  refresh();
  CHECK(late() == "0");
  run_sql(session,
          "INSERT INTO event_log (project_id, entity_type, entity_id, event_type, created_at) SELECT "
          "project_id, 'task', id, 'task.ready', '2020-01-20' FROM task ORDER BY created_at LIMIT 1");
  refresh();
  CHECK(late() == "1");
}
