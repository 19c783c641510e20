// The writer changes what differs and nothing else: unchanged rows are neither written nor locked, vanished ones go,
// and two runs of one project end in the rows of one of them.
#include <algorithm>
#include <atomic>
#include <thread>

#include "readmodel/checkpoint.hpp"
#include "readmodel/project_writer.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 1};

void make_project(Session& session) {
  run_sql(session,
          "INSERT INTO project (id, name, status, created_at, updated_at) VALUES "
          "('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-01-01', '2024-01-01')");
}

// `count` trend points, some without a number, and a few rows of the other tables. `seed` moves the values.
ProjectRows make_rows(int count, double seed = 0) {
  ProjectRows rows;
  for (int i = 0; i < count; ++i) {
    const auto value = i % 7 == 3 ? std::nullopt : std::optional{i / 3.0 + seed};
    rows.trend.push_back({{},
                          i % 2 == 0 ? "lead_time" : "wip",
                          Grain::hour,
                          kAsOf - i * kHour,
                          i % 5 == 0 ? Dimensions{} : Dimensions{"phase", "say \"A\"\\\n" + std::to_string(i % 5)},
                          {value, R"({"note": "tab\tä", "sample_size": )" + std::to_string(i) + "}"}});
  }
  rows.breakdown.push_back({{}, "wip", Grain::day, kAsOf, "priority", "P0", {1e22, R"({"count": 1})"}});
  rows.breakdown.push_back({{}, "wip", std::nullopt, std::nullopt, "priority", "P1", {1e-7 + seed, "{}"}});
  rows.drilldown.push_back({{}, "wip", "task", kProject, std::nullopt, std::nullopt, R"({"value": 1.5})"});
  rows.drilldown.push_back({{}, "lead_time", "task", std::nullopt, "R-1", kAsOf, R"({"value": 2})"});
  assign_ids(kProject, rows);
  return rows;
}

ProjectWrite make_write(Instant as_of = kAsOf) {
  return {kProject, at("2024-03-02T00:00:00Z"), {as_of, std::nullopt}, std::nullopt};
}

// Every table that a refresh writes, without the times of writing, in key order.
std::string dump(Session& session) {
  return sql_value(session, R"(
    SELECT md5(string_agg(t, E'\n' ORDER BY t COLLATE "C")) FROM (
      SELECT (id, project_id, metric_key, time_grain, time_bucket, dimensions, value_numeric, value_json)::text
      FROM metrics_trend_point UNION ALL
      SELECT (id, project_id, metric_key, time_grain, time_bucket, dimension_key, dimension_value, value_numeric,
              value_json)::text FROM metrics_breakdown_point UNION ALL
      SELECT (id, project_id, metric_key, entity_type, entity_id, reference_id, time_bucket, payload)::text
      FROM metrics_drilldown) AS rows (t))");
}

// What changes with any write or row lock at all. A commit of nothing changes none of it.
struct Footprint {
  std::string wal, row_versions;
  friend bool operator==(const Footprint&, const Footprint&) = default;
};

Footprint footprint(Session& session) {
  const auto versions = sql_value(session, R"(
    SELECT md5(string_agg(t, ',' ORDER BY t)) FROM (
      SELECT (id, xmin, xmax, ctid, computed_at)::text FROM metrics_trend_point UNION ALL
      SELECT (id, xmin, xmax, ctid, computed_at)::text FROM metrics_breakdown_point UNION ALL
      SELECT (id, xmin, xmax, ctid, computed_at)::text FROM metrics_drilldown UNION ALL
      SELECT (project_id, job, xmin, xmax, ctid)::text FROM metrics_job_checkpoint UNION ALL
      SELECT (project_id, family, version, xmin, xmax)::text FROM metrics_data_version UNION ALL
      SELECT (id, xmin, xmax, last_seen)::text FROM metrics_quarantine) AS rows (t))");
  return {sql_value(session, "SELECT pg_current_wal_insert_lsn()::text"), versions};
}

std::string data_version(Session& session, const std::string& family = "operational") {
  return sql_value(session, "SELECT version FROM metrics_data_version WHERE family = '" + family + "'");
}

}  // namespace

TEST_CASE("an unchanged second write leaves no trace", "[writer]") {
  TestDatabase db{TestDatabase::Alone{}};
  Session session(db.connection());
  make_project(session);
  const int count = GENERATE(0, 10, 5000);
  auto rows = make_rows(count);
  rows.quarantine.push_back({"event_log", "4711", "unknown state 'x'"});
  const auto first = write_project(session, make_write(), rows);
  CHECK(first.trend.written == count);
  CHECK(first.breakdown.written == 2);
  CHECK(first.drilldown.written == 2);
  CHECK(first.quarantine_changes == 1);
  CHECK(data_version(session) == "1");

  // The server itself logs a snapshot of running transactions now and then; a second look tells it from a write.
  for (int attempt = 1;; ++attempt) {
    const auto before = footprint(session);
    const auto second = write_project(session, make_write(), rows);
    const auto after = footprint(session);
    CHECK(second.unchanged() == count + 4);
    CHECK(second.written() + second.deleted() + second.quarantine_changes == 0);
    CHECK(after.row_versions == before.row_versions);
    if (after.wal == before.wal) break;
    REQUIRE(attempt < 5);
  }
}

TEST_CASE("only what changed, appeared or vanished is written", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  const int changed = GENERATE(3, 4000);  // one statement; a staging table
  const int kept = 500;
  const auto first = make_rows(kept + changed);
  write_project(session, make_write(), first);
  const auto untouched =
      "SELECT md5(string_agg((xmin, ctid)::text, ',' ORDER BY id)) FROM metrics_trend_point "
      "WHERE (value_json ->> 'sample_size')::int < 500";
  const auto before = sql_value(session, untouched);

  auto second = make_rows(kept + changed + 2);
  for (int i = 0; i < changed; ++i) second.trend[static_cast<std::size_t>(kept + i)].value.numeric = -1.25;
  second.trend.back().value.json = R"({"new": true})";
  second.trend.erase(second.trend.begin() + kept);
  second.drilldown.clear();
  second.breakdown.pop_back();
  const auto counts = write_project(session, make_write(), second);
  CHECK(counts.trend.unchanged == kept);
  CHECK(counts.trend.written == changed - 1 + 2);
  CHECK(counts.trend.deleted == 1);
  CHECK(counts.breakdown.deleted == 1);
  CHECK(counts.drilldown.deleted == 2);
  CHECK(data_version(session) == "2");
  CHECK(sql_value(session, untouched) == before);

  const auto incremental = dump(session);
  run_sql(session, "TRUNCATE metrics_trend_point, metrics_breakdown_point, metrics_drilldown");
  write_project(session, make_write(), second);
  CHECK(dump(session) == incremental);
}

TEST_CASE("a value is compared exactly and a corrupted row is put right", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  auto rows = make_rows(10);
  rows.trend[0].value.numeric = 0.1 + 0.2;
  write_project(session, make_write(), rows);
  rows.trend[0].value.numeric = 0.3;
  CHECK(write_project(session, make_write(), rows).trend.written == 1);
  rows.trend[0].value.numeric.reset();
  CHECK(write_project(session, make_write(), rows).trend.written == 1);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_trend_point WHERE value_numeric IS NULL") == "2");

  const auto right = dump(session);
  run_sql(session,
          "UPDATE metrics_trend_point SET id = gen_random_uuid() WHERE metric_key = 'wip';"
          "UPDATE metrics_drilldown SET payload = '{\"value\": 9}';"
          "UPDATE metrics_breakdown_point SET value_json = '{\"count\": 1.0}' WHERE dimension_value = 'P0'");
  const auto counts = write_project(session, make_write(), rows);
  CHECK(counts.trend.written == 5);
  CHECK(counts.trend.deleted == 5);
  CHECK(counts.breakdown.written == 1);
  CHECK(counts.drilldown.written == 2);
  CHECK(dump(session) == right);
}

TEST_CASE("an as-of without changed rows moves, and the version stays", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  const auto rows = make_rows(10);
  write_project(session, make_write(), rows);
  write_project(session, make_write(kAsOf + kHour), rows);
  CHECK(data_version(session) == "1");
  CHECK(sql_value(session, "SELECT DISTINCT as_of FROM metrics_data_version") == "2024-03-01 01:00:00+00");
}

TEST_CASE("the version of a family moves only with rows of its own", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  const int count = GENERATE(10, 4000);  // one statement; COPY and a staging table
  auto rows = make_rows(count);
  write_project(session, make_write(), rows);
  CHECK(data_version(session, "operational") == "1");
  CHECK(data_version(session, "north_star") == "0");

  for (int i = 0; i < count; ++i)
    rows.trend.push_back({{}, "health_at_a_glance", Grain::hour, kAsOf - i * kHour, {}, {70.0, "{}"}});
  assign_ids(kProject, rows);
  const auto added = write_project(session, make_write(), rows);
  CHECK(added.trend.by_metric == std::map<std::string, std::int64_t>{{"health_at_a_glance", count}});
  CHECK(data_version(session, "operational") == "1");
  CHECK(data_version(session, "north_star") == "1");

  rows.trend.pop_back();
  CHECK(write_project(session, make_write(), rows).changed_families() == std::set{MetricFamily::north_star});
  CHECK(data_version(session, "north_star") == "2");
  rows.drilldown.clear();
  CHECK(write_project(session, make_write(), rows).changed_families() == std::set{MetricFamily::operational});
  CHECK(data_version(session, "operational") == "2");
  CHECK(data_version(session, "north_star") == "2");
}

TEST_CASE("rows of other definitions are recorded as those in force once they are computed", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  const auto rows = make_rows(10);
  write_project(session, make_write(), rows);
  run_sql(session,
          "UPDATE metrics_data_version SET definition_hash = 'older', definitions = '{\"wip\": \"older\"}' "
          "WHERE family = 'operational'");
  const auto versions = [&] {
    Transaction tx(session, Isolation::read_committed);
    return read_data_versions(tx, kProject);
  };
  auto stored = versions();
  CHECK_FALSE(has_definitions_in_force(stored, MetricFamily::operational));
  CHECK(has_definitions_in_force(stored, MetricFamily::north_star));
  CHECK_FALSE(stands_for(stored, kAsOf));
  CHECK(stored.at(MetricFamily::operational).definition_of("wip") == "older");
  CHECK(stored.at(MetricFamily::operational).definition_of("blocked").empty());

  write_project(session, make_write(), rows);
  stored = versions();
  CHECK(stands_for(stored, kAsOf));
  CHECK(stored.at(MetricFamily::operational).definition_of("wip") == definition_hash(*find_metric("wip")));
  CHECK(stored.at(MetricFamily::operational).version == 1);
}

TEST_CASE("concurrent writers of one project end in the rows of one of them", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  constexpr int kWriters = 4;
  constexpr int kRounds = 6;
  std::atomic<int> failures{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w)
    writers.emplace_back([&, w] {
      try {
        Session own(db.connection());
        for (int round = 0; round < kRounds; ++round) {
          const auto rows = make_rows(200 + 700 * w, w);
          retry([&] { return write_project(own, make_write(), rows); });
        }
      } catch (const std::exception&) {
        ++failures;
      }
    });
  for (auto& writer : writers) writer.join();
  CHECK(failures == 0);
  const auto last = dump(session);
  std::vector<std::string> alone;
  for (int w = 0; w < kWriters; ++w) {
    run_sql(session, "TRUNCATE metrics_trend_point, metrics_breakdown_point, metrics_drilldown");
    write_project(session, make_write(), make_rows(200 + 700 * w, w));
    alone.push_back(dump(session));
  }
  CHECK(std::count(alone.begin(), alone.end(), last) == 1);
}

TEST_CASE("rows of older sources do not replace those of a newer run", "[writer]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  auto slow = make_write();
  {
    Transaction tx(session, Isolation::repeatable_read);
    slow.fencing_token = read_checkpoint(tx, {kProject}).fencing_token;
  }
  write_project(session, make_write(), make_rows(10, 1));
  const auto newer = dump(session);
  try {
    write_project(session, slow, make_rows(10, 2));
    FAIL("the slower run wrote");
  } catch (const Error& error) {
    CHECK(error.retryable());
  }
  CHECK(dump(session) == newer);
}
