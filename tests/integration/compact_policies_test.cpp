// What is past its policy goes, exactly then, and nothing else. Spec: jobs, "Compaction".
#include <fmt/format.h>

#include "support/compacted.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::CompactCounts;
using jobs::CompactedRows;

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
  CHECK(count("metrics_job_run") == "5");  // killed ones go too
  CHECK(count("metrics_job_run WHERE finished_at < '2024-05-26T12:00:00Z' AND job = 'refresh'") == "0");
  CHECK(counts_of(report, CompactedRows::job_run, 7).deleted == 4);
  CHECK(counts_of(report, CompactedRows::job_run, 90).deleted == 2);
  CHECK(counts_of(report, CompactedRows::quarantine, 90).deleted == 1);
  // The newest run of each job stays, however long ago it was.
  run_sql(session,
          "UPDATE metrics_job_run SET started_at = started_at - interval '1 year', "
          "finished_at = finished_at - interval '1 year'");
  compact(one_by_one);
  CHECK(count("metrics_job_run") == "5");
}
