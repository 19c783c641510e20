// What is past its policy goes, exactly then and in batches; weeks stand for the hours and days that go, or those stay.
// Spec: jobs, "Compaction".
#include "jobs/compact.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "jobs/manual_run.hpp"
#include "jobs/render/retention_screen.hpp"
#include "jobs/render/status_screen.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/floor_store.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::CompactCounts;
using jobs::CompactedRows;
using jobs::CompactMode;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");

// A project computed at 2024-03-10, a Sunday, with tasks since 20 February, a Tuesday: the weeks of 19 and 26 February
// have ended. Compaction is asked for later instants.
struct Compacted {
  Compacted() {
    run_sql(session, kDeliveryRows);
    refresh_and_snapshot(db.connection());
  }

  jobs::CompactOptions options(const std::string& as_of) {
    jobs::CompactOptions options{{db.connection(), 1}, jobs::compacted_projects(session)};
    options.retention = jobs::retention_in_force(entries);
    options.clock = at("2024-06-02T12:00:00Z");
    options.as_of = at(as_of);
    options.batch_rows = 7;
    options.pause = std::chrono::milliseconds{0};
    return options;
  }
  jobs::CompactReport compact(const jobs::CompactOptions& options) {
    const auto report = jobs::compact(options);
    REQUIRE(report.failures.empty());
    return report;
  }
  jobs::CompactReport compact(const std::string& as_of) { return compact(options(as_of)); }

  std::string value(const std::string& sql) { return sql_value(session, sql); }
  std::string count(const std::string& from) { return value("SELECT count(*) FROM " + from); }
  std::string fine_rows(const std::string& from, const std::string& to, const std::string& and_where = "true") {
    return count("metrics_trend_point WHERE time_grain IN ('hour', 'day') AND time_bucket >= '" + from +
                 "Z' AND time_bucket < '" + to + "Z' AND " + and_where);
  }
  // What moves with any write or row lock.
  std::string footprint() {
    return value(R"(
      SELECT md5(string_agg(t, ',' ORDER BY t)) FROM (
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_trend_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_breakdown_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_drilldown UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_summary UNION ALL
        SELECT (family, version, xmin, xmax, ctid)::text FROM metrics_data_version UNION ALL
        SELECT (metric_key, xmin, xmax, ctid)::text FROM metrics_compaction_floor UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_quarantine UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_job_run UNION ALL
        SELECT (job, xmin, xmax, ctid)::text FROM metrics_job_checkpoint) AS rows (t))");
  }
  std::string versions() {
    return value(
        "SELECT string_agg(concat_ws(' ', family, version, as_of, definition_hash), ', ' ORDER BY family) "
        "FROM metrics_data_version");
  }
  std::int64_t token() {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::read_checkpoint(tx, {kProject}).fencing_token;
  }

  TestDatabase db;
  readmodel::Session session{db.connection()};
  std::vector<jobs::RetentionEntry> entries;
};

CompactCounts counts_of(const jobs::CompactReport& report, CompactedRows rows, int days) {
  return report.policies.at({rows, days});
}

std::string without_first_line(const std::string& text) { return text.substr(text.find('\n')); }

}  // namespace

TEST_CASE_METHOD(Compacted,
                 "hours and days go by whole weeks, at the instant at which the week's end is past the policy",
                 "[compact]") {
  const auto before = fine_rows("2024-02-26", "2024-03-04");
  REQUIRE(before != "0");
  const auto weeks = count("metrics_trend_point WHERE time_grain IN ('week', 'month')");
  compact("2024-06-01T23:59:59.999999Z");
  CHECK(fine_rows("2000-01-01", "2024-02-26") == "0");
  CHECK(fine_rows("2024-02-26", "2024-03-04") == before);
  const auto report = compact("2024-06-02");
  CHECK(fine_rows("2024-02-26", "2024-03-04") == "0");
  CHECK(fine_rows("2024-03-04", "2024-03-11") != "0");
  CHECK(count("metrics_trend_point WHERE time_grain IN ('week', 'month')") == weeks);
  CHECK(report.left.empty());
  CHECK(counts_of(report, CompactedRows::trend_day, 90).merged == 0);
  const auto deleted = counts_of(report, CompactedRows::trend_hour, 90).deleted +
                       counts_of(report, CompactedRows::trend_day, 90).deleted;
  CHECK(std::to_string(deleted) == before);
  CHECK(counts_of(report, CompactedRows::trend_day, 90).bytes >
        100 * counts_of(report, CompactedRows::trend_day, 90).deleted);
}

TEST_CASE_METHOD(Compacted,
                 "breakdown and drilldown go day by day, at the instant at which the day's end is past the policy",
                 "[compact]") {
  const auto breakdown = count("metrics_breakdown_point WHERE time_bucket < '2024-03-02Z'");
  REQUIRE(breakdown != "0");
  compact("2024-05-30T23:59:59.999999Z");
  CHECK(count("metrics_breakdown_point WHERE time_bucket < '2024-03-01Z'") == "0");
  CHECK(count("metrics_breakdown_point WHERE time_bucket = '2024-03-01Z'") != "0");
  compact("2024-05-31");
  CHECK(count("metrics_breakdown_point WHERE time_bucket < '2024-03-02Z'") == "0");
  CHECK(count("metrics_breakdown_point WHERE time_bucket = '2024-03-02Z'") != "0");
}

TEST_CASE_METHOD(Compacted, "drilldown rows of the current state stay", "[compact]") {
  const auto current = count("metrics_drilldown WHERE time_bucket IS NULL");
  REQUIRE(current != "0");
  REQUIRE(count("metrics_drilldown WHERE time_bucket = '2024-03-01Z'") != "0");
  compact("2024-03-31T23:59:59.999999Z");
  CHECK(count("metrics_drilldown WHERE time_bucket < '2024-03-01Z'") == "0");
  CHECK(count("metrics_drilldown WHERE time_bucket = '2024-03-01Z'") != "0");
  compact("2024-04-01");
  CHECK(count("metrics_drilldown WHERE time_bucket = '2024-03-01Z'") == "0");
  CHECK(count("metrics_drilldown WHERE time_bucket IS NULL") == current);
}

TEST_CASE_METHOD(Compacted, "hours may go before days", "[compact]") {
  jobs::RetentionEntry hours;
  hours.grains = {Grain::hour};
  hours.days = 30;
  entries = {hours};
  const auto days = count("metrics_trend_point WHERE time_grain = 'day'");
  const auto report = compact("2024-04-03");
  CHECK(count("metrics_trend_point WHERE time_grain = 'hour' AND time_bucket < '2024-03-04Z'") == "0");
  CHECK(count("metrics_trend_point WHERE time_grain = 'hour'") != "0");
  CHECK(count("metrics_trend_point WHERE time_grain = 'day'") == days);
  CHECK(counts_of(report, CompactedRows::trend_hour, 30).deleted > 0);
  CHECK(counts_of(report, CompactedRows::trend_day, 90) == CompactCounts{});
}

TEST_CASE_METHOD(Compacted, "of the summaries of a day the last of each scope stays, and later none", "[compact]") {
  run_sql(session, R"(
    DELETE FROM metrics_summary;
    INSERT INTO metrics_summary (id, project_id, captured_at, scope, payload)
    SELECT gen_random_uuid(), '6ac46bcd-c75e-5446-9706-52a6c7155dc9', t, s.scope, '{}'
    FROM generate_series(timestamptz '2024-03-01Z', '2024-03-03T23:45:00Z', '15 minutes') AS t,
         (VALUES (jsonb '{}', true), ('{"milestone": "M1"}', false)) AS s (scope, always)
    WHERE s.always OR t = date_trunc('day', t, 'UTC'))");
  const auto stored = "string_agg(to_char(captured_at, 'DD HH24:MI') || scope, ', ' ORDER BY captured_at, scope)";
  const auto summaries = [&](const std::string& where) {
    return value(fmt::format("SELECT {} FROM metrics_summary WHERE {}", stored, where));
  };
  // The day of 1 March ends 30 days before 1 April.
  compact("2024-03-31T23:59:59.999999Z");
  CHECK(count("metrics_summary") == "291");
  const auto thinned = compact("2024-04-01");
  CHECK(summaries("captured_at < '2024-03-02Z'") == R"(01 00:00{"milestone": "M1"}, 01 23:45{})");
  CHECK(count("metrics_summary") == "196");
  CHECK(counts_of(thinned, CompactedRows::summary_all, 30) ==
        CompactCounts{97, 95, 0, 0, counts_of(thinned, CompactedRows::summary_all, 30).bytes});
  // 180 days: 28 August.
  compact("2024-08-27T23:59:59.999999Z");
  CHECK(summaries("true") == R"(01 00:00{"milestone": "M1"}, 01 23:45{}, 02 00:00{"milestone": "M1"}, 02 23:45{}, )"
                             R"(03 00:00{"milestone": "M1"}, 03 23:45{})");
  const auto gone = compact("2024-08-29");
  CHECK(summaries("true") == R"(02 00:00{"milestone": "M1"}, 02 23:45{}, 03 00:00{"milestone": "M1"}, 03 23:45{})");
  CHECK(counts_of(gone, CompactedRows::summary, 180).deleted == 2);
}

TEST_CASE_METHOD(Compacted, "the books are cleared by their own policies and the database's clock", "[compact]") {
  run_sql(session, R"(
    DELETE FROM metrics_job_run;
    INSERT INTO metrics_job_run (id, job, mode, status, started_at, finished_at)
    SELECT gen_random_uuid(), j.job, 'full', 'succeeded', f.finished - interval '1 hour', f.finished
    FROM (VALUES ('refresh', 7), ('snapshot', 7), ('alerts', 7), ('reconcile', 90), ('compact', 90)) AS j (job, days),
         LATERAL (VALUES (timestamptz '2024-06-02T12:00:00Z' - j.days * interval '1 day'),
                         (timestamptz '2024-06-02T12:00:00Z' - j.days * interval '1 day' - interval '1 microsecond'))
           AS f (finished);
    INSERT INTO metrics_job_run (id, job, mode, status, started_at) VALUES
      (gen_random_uuid(), 'refresh', 'full', 'running', '2020-01-01Z');
    DELETE FROM metrics_quarantine;
    INSERT INTO metrics_quarantine (id, project_id, source, source_key, reason, first_seen, last_seen, resolved_at)
    VALUES (gen_random_uuid(), NULL, 'task', 'old', 'r', '2024-01-01Z', '2024-03-04T11:59:59.999999Z', '2024-03-05Z'),
           (gen_random_uuid(), NULL, 'task', 'just', 'r', '2024-01-01Z', '2024-03-04T12:00:00Z', '2024-03-05Z'),
           (gen_random_uuid(), NULL, 'task', 'open', 'r', '2024-01-01Z', '2024-01-01Z', NULL))");
  auto only_project = options("2024-03-10");
  only_project.books = jobs::CompactedBooks::none;
  compact(only_project);
  CHECK(count("metrics_job_run") == "11");
  auto one_by_one = options("2024-03-10");
  one_by_one.batch_rows = 1;
  const auto report = compact(one_by_one);
  CHECK(value("SELECT string_agg(source_key, ' ' ORDER BY source_key) FROM metrics_quarantine") == "just open");
  CHECK(count("metrics_job_run") == "6");
  CHECK(count("metrics_job_run WHERE finished_at < '2024-05-26T12:00:00Z' AND job = 'refresh'") == "0");
  CHECK(counts_of(report, CompactedRows::job_run, 7).deleted == 3);
  CHECK(counts_of(report, CompactedRows::job_run, 90).deleted == 2);
  CHECK(counts_of(report, CompactedRows::quarantine, 90).deleted == 1);
}

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
  const auto versions_before = versions();
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
  killed.stop = [&] { return sql_value(session, "SELECT count(*) FROM metrics_compaction_floor") != "0"; };
  const auto rows = fine_rows("2000-01-01", "2024-03-04");
  REQUIRE(count("metrics_compaction_floor") == "0");
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
    if (!moved) moved = sql_value(session, "SELECT count(*) FROM metrics_compaction_floor") != "0";
    return moved && batches++ == 3;
  };
  const auto first = compact(stopped);
  CHECK(first.interrupted);
  CHECK(first.total().deleted == 3 * 7);
  CHECK_THAT(jobs::compact_text(first),
             contains_text("interrupted: 1 projects are not finished; the next run goes on"));
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

TEST_CASE_METHOD(Compacted, "the ledger keeps the report, and the status shows it", "[compact]") {
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  jobs::ManualRun run{{db.connection(), 1}, at("2024-06-02"), std::nullopt, {}};
  jobs::CompactRun compacted{jobs::retention_in_force({})};
  compacted.as_of = at("2024-06-02");
  compacted.mode = CompactMode::dry_run;
  jobs::run_compact(run, compacted);
  CHECK(count("metrics_job_run WHERE job = 'compact'") == "0");

  compacted.mode = CompactMode::run;
  const auto report = jobs::run_compact(run, compacted);
  CHECK(value("SELECT concat_ws(' ', status, rows_deleted, as_of::date, report #>> '{weeks_left,0,metric}', "
              "report #>> '{total,deleted}') FROM metrics_job_run WHERE job = 'compact'") ==
        fmt::format("succeeded {} 2024-06-02 wip {}", report.total().deleted + report.total().thinned,
                    report.total().deleted));
  const auto status = views::read_status(session, at("2024-06-02"));
  const auto screen = render::status_screen(status, render::Terminal{});
  CHECK_THAT(screen, contains_text("compacted just now: "));
  CHECK_THAT(screen,
             contains_text("1 weeks left in place, since they are not what their days say; Network wip of 2024-02-19"));
  const auto json = views::status_json(status);
  const auto found =
      std::find_if(json["runs"].begin(), json["runs"].end(), [](const auto& ran) { return ran["job"] == "compact"; });
  REQUIRE(found != json["runs"].end());
  CHECK((*found)["report"]["weeks_left"].size() == 1);
}

TEST_CASE_METHOD(Compacted, "the commands exit with what they found", "[compact]") {
  // The exit code; its output must say `says`.
  const auto command = [&](const std::string& arguments, const std::string& says) {
    const auto line = fmt::format("'{}' {} --database-url '{}' 2>&1", TIDEMARK_BINARY, arguments, db.url());
    FILE* pipe = ::popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
      count = std::fread(buffer.data(), 1, buffer.size(), pipe);
      output.append(buffer.data(), count);
    }
    CHECK_THAT(output, contains_text(says));
    return WEXITSTATUS(::pclose(pipe));
  };
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  const auto before = footprint();
  CHECK(command("compact --dry-run --as-of 2024-06-02", "compact --dry-run: this would be done") == 0);
  CHECK(command("run compact --dry-run --as-of 2024-06-02 --json", "weeks_left") == 0);
  CHECK(footprint() == before);
  CHECK(command("run compact --as-of 2024-06-02", "warning: 1 weeks are not what their days say") == 0);
  CHECK(fine_rows("2000-01-01", "2024-03-04", "metric_key <> 'wip'") == "0");
  CHECK(command("retention explain --project Network --metric wip", "trend month  ###") == 0);
}

TEST_CASE_METHOD(Compacted, "what is kept of a metric is explained, with a picture", "[compact][retention]") {
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  compact("2024-06-02");
  const auto retained = views::read_retained(session, "Network", "wip", jobs::retention_in_force({}));
  REQUIRE(retained.rows.size() == 6);
  CHECK(retained.rows[1].rows == KeptRows::trend_day);
  CHECK(retained.rows[1].floor == at("2024-03-04"));
  CHECK(retained.rows[1].standing.first == at("2024-02-20"));
  CHECK(retained.rows[1].oldest_goes == at("2024-05-26"));  // 90 days after the week
  CHECK_FALSE(retained.rows[2].floor);
  CHECK_FALSE(retained.rows[2].oldest_goes);
  CHECK(retained.left_weeks == std::vector<Instant>{at("2024-02-19")});
  const auto screen = render::retention_screen(retained, render::Terminal{});
  CHECK_THAT(screen, contains_text("wip of Network, as of 2024-03-10T00:05:00Z\n"));
  CHECK_THAT(screen, contains_text("trend day    ....."));
  CHECK_THAT(screen, contains_text("trend month  #####"));
  CHECK_THAT(screen, contains_text(".LLLLL"));
  CHECK_THAT(screen, contains_text("weeks left in place, since they are not what their days say: 2024-02-19\n"));
  for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
    end = screen.find('\n', start);
    CHECK(screen.substr(start, end - start).size() <= 100);
  }
  const auto json = views::retained_json(retained);
  CHECK(json["rows"][1]["days"] == 90);
  CHECK(json["rows"][2]["days"] == "forever");
  CHECK(json["rows"][5]["rows"] == "drilldown");
  CHECK_THROWS_WITH(views::read_retained(session, "Network", "wips", jobs::retention_in_force({})),
                    contains_text("wips"));
}
