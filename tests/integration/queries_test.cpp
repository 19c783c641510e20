// What the screens and the read API ask of the stored rows.
#include <algorithm>

#include "readmodel/project_writer.hpp"
#include "readmodel/queries/breakdown.hpp"
#include "readmodel/queries/drilldown.hpp"
#include "readmodel/queries/projects.hpp"
#include "readmodel/queries/server.hpp"
#include "readmodel/queries/status.hpp"
#include "readmodel/queries/summary.hpp"
#include "readmodel/queries/trend.hpp"
#include "readmodel/run_ledger.hpp"
#include "readmodel/statements.hpp"
#include "readmodel/summary_store.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 10} + 12 * kHour;

Instant day(int before) { return bucket_start(Grain::day, kAsOf) - before * kDay; }

// Ten days of points in three series, four breakdown values, and 25 tasks whose values are 0 to 4, five times each.
ProjectRows make_rows() {
  ProjectRows rows;
  for (int i = 0; i < 10; ++i)
    for (const auto& dimensions : {Dimensions{}, Dimensions{"phase", "B"}, Dimensions{"assignee", "ann"}})
      rows.trend.push_back({{}, "wip", Grain::day, day(i), dimensions, {i, R"({"sample_size": 1})"}});
  for (int i = 0; i < 10; ++i)
    for (const auto* value : {"P0", "P1"})
      rows.breakdown.push_back({{}, "wip", Grain::day, day(i), "priority", value, {i, R"({"count": 1})"}});
  for (int i = 0; i < 25; ++i) {
    const auto id = uuid_v5(tidemark_namespace(), std::to_string(i));
    const auto context = std::string{R"({"phase": ")"} + (i < 10 ? "A" : "B") + R"(", "state": "blocked"})";
    rows.drilldown.push_back({{},
                              "wip",
                              "task",
                              id,
                              std::nullopt,
                              std::nullopt,
                              R"({"value": )" + std::to_string(i % 5) + R"(, "context": )" + context +
                                  R"(, "task_id": "T-)" + std::to_string(i) + R"(", "timestamp": ")" +
                                  format_instant(day(i)) + R"("})"});
  }
  assign_ids(kProject, rows);
  return rows;
}

void fill(Session& session) {
  run_sql(session,
          "INSERT INTO project (id, name, status, created_at, updated_at) VALUES "
          "('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-01-01', '2024-01-01'),"
          "('00000000-0000-0000-0000-00000000000a', 'Email', 'active', '2024-01-01', '2024-01-01'),"
          "('00000000-0000-0000-0000-00000000000b', 'Email', 'paused', '2024-01-01', '2024-01-01')");
  write_project(session, {kProject, kAsOf, {kAsOf, std::nullopt}, std::nullopt}, make_rows());
}

std::string plan_of(Session& session, const std::string& query) {
  std::string plan;
  pqxx::work tx(session.pqxx_connection());
  tx.exec("SET LOCAL enable_seqscan = off");
  for (const auto& row : tx.exec("EXPLAIN (COSTS OFF) " + query)) plan += std::string{row[0].c_str()} + "\n";
  return plan;
}

}  // namespace

TEST_CASE("a project is found by id or name, or its nearest names are offered", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  Transaction tx(session, Isolation::read_committed);
  CHECK_THROWS_WITH(find_project(tx, "x"), contains_text("the table `project` is empty"));
  tx.commit();
  fill(session);
  Transaction again(session, Isolation::read_committed);
  CHECK(find_project(again, "Network").id == kProject);
  CHECK(find_project(again, "6AC46BCD-C75E-5446-9706-52A6C7155DC9").name == "Network");
  CHECK_THROWS_WITH(find_project(again, "Email"), contains_text("2 projects are named 'Email'; name one by its id: "
                                                                "00000000-0000-0000-0000-00000000000a, "));
  CHECK_THROWS_WITH(find_project(again, "netwrok"), contains_text("the nearest names are 'Network', 'Email'"));
  CHECK(newest_as_of(again, kProject) == kAsOf);
  CHECK_FALSE(newest_as_of(again, Uuid{}));
}

TEST_CASE("the newest summary at or before an instant is found per scope", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  const Dimensions milestone{"milestone", "M1"};
  for (int i = 0; i < 3; ++i)
    write_summaries(session, {kProject, day(i), kAsOf},
                    {{summary_id(kProject, day(i), {}), day(i), "{}", "{\"day\": " + std::to_string(i) + "}"},
                     {summary_id(kProject, day(i), milestone), day(i), milestone.stored_form(), R"({"m": 1})"}});
  Transaction tx(session, Isolation::read_committed);
  CHECK(find_summary(tx, {kProject, kAsOf, {}})->payload == R"({"day": 0})");
  CHECK(find_summary(tx, {kProject, day(1), {}})->payload == R"({"day": 1})");
  CHECK(find_summary(tx, {kProject, day(1) - Micros{1}, {}})->captured_at == day(2));
  CHECK(find_summary(tx, {kProject, kAsOf, milestone})->payload == R"({"m": 1})");
  CHECK_FALSE(find_summary(tx, {kProject, day(3), {}}));
}

TEST_CASE("a trend is read whole or split, a breakdown by days", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  Transaction tx(session, Isolation::read_committed);
  TrendQuery query{kProject, "wip", Grain::day, day(4), day(0), {}};
  const auto whole = read_trend(tx, query);
  REQUIRE(whole.size() == 4);
  CHECK(whole.front().bucket == day(4));
  CHECK(whole.front().value.numeric == 4);
  CHECK(whole.front().dimensions.all());
  query.dimensions = {{"phase", {}}, {"assignee", {}}, {"milestone", {}}};
  const auto split = read_trend(tx, query);
  REQUIRE(split.size() == 8);
  CHECK(split[0].dimensions == Dimensions{"assignee", "ann"});
  CHECK(split[1].dimensions == Dimensions{"phase", "B"});
  CHECK(split[2].bucket == day(3));
  query.limit = 3;
  CHECK(read_trend(tx, query).size() == 3);
  query.grain = Grain::week;
  CHECK(read_trend(tx, query).empty());

  const auto week = read_breakdown(tx, {kProject, "wip", "priority", newest_days(kAsOf, 7)});
  REQUIRE(week.size() == 14);
  CHECK(week.front().bucket == day(6));
  CHECK(week.back().bucket == day(0));
  CHECK(week.back().dimension_value == "P1");
}

TEST_CASE("drilldown pages neither overlap nor skip, and totals are of all matches", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  Transaction tx(session, Isolation::repeatable_read);
  DrilldownQuery query{kProject, "wip", {}};
  query.sort_by = GENERATE(DrilldownSort::value, DrilldownSort::timestamp, DrilldownSort::task_id);
  query.order = GENERATE(SortOrder::ascending, SortOrder::descending);
  query.limit = 4;
  std::vector<Uuid> seen;
  for (query.offset = 0; query.offset < 28; query.offset += query.limit) {
    const auto page = read_drilldown(tx, query);
    CHECK(page.total == 25);
    REQUIRE(page.aggregates);
    CHECK(page.aggregates->sum == 50);
    CHECK(page.aggregates->avg == 2);
    CHECK(page.aggregates->p50 == 2);
    CHECK(page.aggregates->p95 == 4);
    for (const auto& item : page.items) seen.push_back(item.entity_id.value_or(Uuid{}));
  }
  CHECK(seen.size() == 25);
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("drilldown orders and filters", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  Transaction tx(session, Isolation::repeatable_read);
  DrilldownQuery query{kProject, "wip", {}};
  CHECK_THAT(read_drilldown(tx, query).items.front().payload, contains_text(R"("value": 4)"));
  query.sort_by = DrilldownSort::timestamp;
  CHECK_THAT(read_drilldown(tx, query).items.front().payload, contains_text(R"("task_id": "T-0")"));
  query.filters.phase = "B";
  CHECK(read_drilldown(tx, query).total == 15);
  query.filters.from = day(12);
  query.filters.before = day(11);
  const auto one = read_drilldown(tx, query);
  CHECK(one.total == 1);
  CHECK(one.items.size() == 1);
  query.filters.state = "ready";
  const auto none = read_drilldown(tx, query);
  CHECK(none.total == 0);
  CHECK_FALSE(none.aggregates);
}

TEST_CASE("the status names tables, freshness, runs and quarantine", "[queries]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  RunStart run{kProject, "refresh", "full", std::nullopt, std::nullopt, kAsOf, kAsOf, "host:1"};
  start_run(session, run);
  run.started_at += kHour;
  const auto id = start_run(session, run);
  REQUIRE(id);
  RunResult result;
  result.status = RunStatus::failed;
  result.failure_reason = "disk full";
  result.finished_at = run.started_at + kMinute;
  finish_run(session, *id, result);
  auto rows = make_rows();
  rows.quarantine = {{"task", "1", "a"}, {"task", "2", "b"}, {"lease", "3", "c"}};
  write_project(session, {kProject, kAsOf, {kAsOf, std::nullopt}, std::nullopt}, rows);

  Transaction tx(session, Isolation::read_committed);
  const auto sizes = table_sizes(tx);
  REQUIRE(sizes.size() == kOwnTables.size());
  CHECK(sizes[1].table == "metrics_trend_point");
  CHECK(sizes[1].rows == 30);
  CHECK(sizes[1].counted == RowCount::exact);
  CHECK(sizes[1].bytes > 0);
  const auto freshness = list_freshness(tx);
  REQUIRE(freshness.size() == 2);
  CHECK(freshness[0].family == "north_star");
  CHECK(freshness[1].family == "operational");
  CHECK(freshness[1].as_of == kAsOf);
  CHECK(freshness[1].version == 1);
  const auto runs = newest_runs(tx);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].status == "failed");
  CHECK(runs[0].failure_reason == "disk full");
  const auto counts = count_open_quarantine(tx);
  REQUIRE(counts.size() == 2);
  CHECK(counts[1].source == "task");
  CHECK(counts[1].open == 2);
  CHECK(list_open_quarantine(tx, 2).size() == 2);
  const auto newest = newest_values(tx, {"wip", "unknown"});
  REQUIRE(newest.size() == 1);
  CHECK(newest[0].bucket == day(0));
  CHECK(newest[0].value == 0);
}

TEST_CASE("every read goes by an index and needs no sort where its order is stored", "[queries][plans]") {
  TestDatabase db;
  Session session(db.connection());
  fill(session);
  run_sql(session, "ANALYZE");
  const auto prepared = [&](const Statement& statement, const std::string& arguments) {
    run_sql(session, "PREPARE " + std::string{statement.name} + " AS " + std::string{statement.text});
    return plan_of(session, "EXECUTE " + std::string{statement.name} + "(" + arguments + ")");
  };
  const std::string project = "'6ac46bcd-c75e-5446-9706-52a6c7155dc9'";
  const auto trend = prepared(sql::read_trend_whole, project + ", 'wip', 'day', '2024-03-01', '2024-03-09', 100");
  CHECK_THAT(trend, contains_text("metrics_trend_point_key"));
  CHECK(trend.find("Sort") == std::string::npos);
  const auto breakdown = prepared(sql::read_breakdown, project + ", 'wip', 'priority', '2024-03-01', '2024-03-09'");
  CHECK_THAT(breakdown, contains_text("metrics_breakdown_point"));
  CHECK(breakdown.find("Seq Scan") == std::string::npos);
  const auto filters = project + ", 'wip', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL";
  CHECK_THAT(prepared(sql::read_drilldown_by_value_desc, filters + ", 50, 0"),
             contains_text("Index Scan Backward using metrics_drilldown_value"));
  CHECK_THAT(prepared(sql::read_drilldown_by_value_asc, filters + ", 50, 0"),
             contains_text("Index Scan using metrics_drilldown_value"));
  CHECK_THAT(prepared(sql::newest_summary, project + ", '2024-03-09', '{}'"),
             contains_text("Index Scan Backward using metrics_summary_key"));
}
