// Weeks stand for the hours and days that go, or those stay; in batches, whatever interrupts them.
// Spec: jobs, "Compaction".
#include "jobs/compact.hpp"

#include <atomic>

#include "readmodel/project_writer.hpp"
#include "support/compacted.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::CompactedRows;
using jobs::CompactMode;

namespace {

// The floors that a first refresh has set lie before.
const char* const kMovedFloors = "SELECT count(*) FROM metrics_compaction_floor WHERE trend_day >= '2024-03-01'";

std::string without_first_line(const std::string& text) { return text.substr(text.find('\n')); }

}  // namespace

TEST_CASE_METHOD(Compacted, "a week that is not what its days say stays with its rows until it is right", "[compact]") {
  const std::string wrong =
      "metrics_trend_point WHERE metric_key = 'arrivals' AND time_grain = 'week' AND time_bucket = '2024-02-19Z' AND "
      "dimensions = '{}'";
  const bool by_value = GENERATE(true, false);
  const std::string where = wrong.substr(wrong.find("WHERE"));
  run_sql(session, "CREATE TABLE right_row AS SELECT * FROM " + wrong);
  run_sql(session, by_value ? "UPDATE metrics_trend_point SET value_numeric = value_numeric + 1 " + where
                            : "UPDATE metrics_trend_point SET value_json = "
                              "jsonb_set(value_json, '{state,c,n}', '4711') " +
                                  where);
  const auto arrivals = fine_rows("2024-02-19", "2024-02-26", "metric_key = 'arrivals'");
  REQUIRE(arrivals != "0");
  const auto report = compact("2024-06-02");
  REQUIRE(report.left.size() == 1);
  CHECK(report.left[0].metric == "arrivals");
  CHECK(report.left[0].project == "Network");
  CHECK(report.left[0].week == at("2024-02-19"));
  CHECK_THAT(report.left[0].reason, contains_text("{}: "));
  CHECK(fine_rows("2024-02-19", "2024-02-26", "metric_key = 'arrivals'") == arrivals);
  CHECK(fine_rows("2024-02-19", "2024-02-26", "metric_key <> 'arrivals'") == "0");
  CHECK(fine_rows("2024-02-26", "2024-03-04") == "0");
  CHECK(value("SELECT left_weeks FROM metrics_compaction_floor WHERE metric_key = 'arrivals'") ==
        "{\"2024-02-19 00:00:00+00\"}");
  const auto footprint_left = footprint();
  CHECK(compact("2024-06-02").left == report.left);
  CHECK(footprint() == footprint_left);

  run_sql(session, "DELETE FROM " + wrong + "; INSERT INTO metrics_trend_point SELECT * FROM right_row");
  const auto repaired = compact("2024-06-02");
  CHECK(repaired.left.empty());
  CHECK(fine_rows("2024-02-19", "2024-02-26") == "0");
  CHECK(value("SELECT left_weeks FROM metrics_compaction_floor WHERE metric_key = 'arrivals'") == "{}");
}

TEST_CASE_METHOD(Compacted, "a week without a row is made of its days", "[compact]") {
  const std::string missing =
      "metrics_trend_point WHERE metric_key IN ('arrivals', 'throughput', 'cycle_time', 'wip', "
      "'flow_efficiency_score') AND time_grain = 'week' AND time_bucket < '2024-03-04Z'";
  const auto content = "SELECT md5(string_agg(concat_ws(' ', id, value_numeric, value_json), ', ' ORDER BY id)) FROM ";
  const auto weeks = value(content + missing);
  const auto rows = std::stoll(count(missing));
  run_sql(session, "DELETE FROM " + missing);
  const auto report = compact("2024-06-02");
  CHECK(counts_of(report, CompactedRows::trend_day, 90).merged == rows);
  CHECK(report.left.empty());
  CHECK(value(content + missing) == weeks);
  CHECK(fine_rows("2000-01-01", "2024-03-04") == "0");
}

TEST_CASE_METHOD(Compacted, "the dry run says what the run then does, and writes nothing", "[compact]") {
  run_sql(session, R"(
    UPDATE metrics_trend_point SET value_numeric = 4711
    WHERE metric_key = 'wip' AND time_grain = 'week' AND time_bucket = '2024-02-19Z' AND dimensions = '{}';
    DELETE FROM metrics_trend_point WHERE metric_key = 'arrivals' AND time_grain = 'week';
    INSERT INTO metrics_summary (id, project_id, captured_at, scope, payload)
    SELECT gen_random_uuid(), project_id, captured_at - n * interval '5 hours', scope, payload
    FROM metrics_summary, generate_series(1, 900) AS n;
    INSERT INTO metrics_job_run (id, job, mode, status, started_at, finished_at)
    VALUES (gen_random_uuid(), 'refresh', 'full', 'succeeded', '2023-01-01Z', '2023-01-01Z'))");
  auto wanted = options("2024-06-02");
  wanted.mode = CompactMode::dry_run;
  const auto before = footprint();
  const auto dry = compact(wanted);
  CHECK(footprint() == before);
  CHECK(jobs::compact_text(dry).find("compact --dry-run: this would be done; nothing was written\n") == 0);

  wanted.mode = CompactMode::run;
  const auto run = compact(wanted);
  CHECK(run.policies == dry.policies);
  CHECK(run.left == dry.left);
  CHECK(without_first_line(jobs::compact_text(run)) == without_first_line(jobs::compact_text(dry)));
  for (const auto& [policy, counts] : run.policies) {
    const bool looks =
        policy.rows != CompactedRows::quarantine && !(policy == jobs::CompactPolicy{CompactedRows::job_run, 90});
    INFO(static_cast<int>(policy.rows) << " " << policy.days.value_or(0));
    CHECK((counts.deleted + counts.thinned > 0) == looks);
    CHECK((counts.bytes > 0) == looks);
  }
  CHECK(run.total().merged > 0);
  CHECK(run.left.size() == 1);
}

TEST_CASE_METHOD(Compacted, "a second run finds nothing and writes nothing", "[compact]") {
  compact("2024-06-02");
  const auto before = footprint();
  const auto second = compact("2024-06-02");
  CHECK(footprint() == before);
  const auto total = second.total();
  CHECK(total.deleted + total.thinned + total.merged == 0);
}

TEST_CASE_METHOD(Compacted, "what a killed run left below its floors goes with the next one", "[compact]") {
  Compacted whole;
  whole.compact("2024-06-02");

  auto killed = options("2024-06-02");
  killed.stop = [&] { return sql_value(session, kMovedFloors) != "0"; };
  const auto rows = fine_rows("2000-01-01", "2024-03-04");
  REQUIRE(sql_value(session, kMovedFloors) == "0");
  const auto first = compact(killed);
  CHECK(first.interrupted);
  CHECK(first.unfinished == 1);
  CHECK(first.total().deleted == 0);
  CHECK(fine_rows("2000-01-01", "2024-03-04") == rows);

  // It has been verified: that the week is gone since is no reason to keep its days.
  run_sql(session,
          "DELETE FROM metrics_trend_point WHERE metric_key = 'wip' AND time_grain = 'week' AND "
          "time_bucket = '2024-02-19Z'");
  const auto token_between = token();
  const auto second = compact("2024-06-02");
  CHECK_FALSE(second.interrupted);
  CHECK(second.left.empty());
  CHECK(second.total().merged == 0);
  CHECK(token() == token_between);  // floors stand: a refresh at the same time is not refused
  run_sql(whole.session,
          "DELETE FROM metrics_trend_point WHERE metric_key = 'wip' AND time_grain = 'week' AND "
          "time_bucket = '2024-02-19Z'");
  CHECK(dump_read_model(session) == dump_read_model(whole.session));
}

TEST_CASE_METHOD(Compacted, "told to stop, it ends after the batch at hand and says so", "[compact]") {
  auto stopped = options("2024-06-02");
  std::atomic<bool> moved{false};
  std::atomic<int> batches{0};
  stopped.stop = [&] {
    if (!moved) moved = sql_value(session, kMovedFloors) != "0";
    return moved && batches++ == 3;
  };
  const auto first = compact(stopped);
  CHECK(first.interrupted);
  CHECK(first.total().deleted == 3 * 7);
  CHECK_THAT(jobs::compact_text(first), contains_text("not finished: 1 project; the next run goes on"));
  const auto rest = compact("2024-06-02");
  CHECK(rest.total().deleted > 0);
  CHECK(fine_rows("2000-01-01", "2024-03-04") == "0");
}

TEST_CASE_METHOD(Compacted,
                 "a refresh that read before the floors moved is refused, and the plan of a compaction as well",
                 "[compact]") {
  const auto before = token();
  auto disturbed = options("2024-06-02");
  std::atomic<int> writes{0};
  disturbed.stop = [&] {
    if (writes++ == 1)
      run_sql(session, "UPDATE metrics_job_checkpoint SET fencing_token = fencing_token + 1 WHERE job = 'refresh'");
    return false;
  };
  compact(disturbed);
  CHECK(token() == before + 2);  // the other writer's, and this one's
  const readmodel::ProjectWrite late{
      kProject, at("2024-06-02"), {at("2024-03-10T00:05:00Z"), std::nullopt}, before + 1};
  CHECK_THROWS_WITH(readmodel::write_project(session, late, {}), contains_text("another run wrote project"));
  CHECK(fine_rows("2000-01-01", "2024-03-04") == "0");
}

TEST_CASE_METHOD(Compacted, "versions of the families whose rows went move, and what the rows stand for stays",
                 "[compact]") {
  const auto standing = [&] {
    return value(
        "SELECT string_agg(concat_ws(' ', family, as_of, source_watermark, definition_hash, definitions), ', ' "
        "ORDER BY family) FROM metrics_data_version");
  };
  const auto version = [&](const std::string& family) {
    return std::stoi(value("SELECT version FROM metrics_data_version WHERE family = '" + family + "'"));
  };
  const auto before = standing();
  const auto operational = version("operational");
  const auto north_star = version("north_star");
  compact("2024-06-02");
  CHECK(standing() == before);
  CHECK(version("operational") > operational);
  CHECK(version("north_star") > north_star);
}

TEST_CASE_METHOD(Compacted, "one project's failure does not stop the others", "[compact]") {
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000001', 'Broken', 'archived', '2024-01-01Z', '2024-01-01Z');
    INSERT INTO metrics_data_version SELECT '00000000-0000-4000-8000-000000000001', family, 1, as_of, NULL,
      definition_hash, updated_at, definitions FROM metrics_data_version;
    INSERT INTO metrics_breakdown_point
    SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001', metric_key, time_grain, time_bucket, dimension_key,
           dimension_value, value_numeric, value_json, computed_at FROM metrics_breakdown_point;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON metrics_breakdown_point FOR EACH ROW
      WHEN (OLD.project_id = '00000000-0000-4000-8000-000000000001') EXECUTE FUNCTION refuse())");
  const auto report = jobs::compact(options("2024-06-02"));
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].project.name == "Broken");
  CHECK(fine_rows("2000-01-01", "2024-03-04") == "0");
}
