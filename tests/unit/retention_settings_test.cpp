// [[retention]] of tidemark.toml. Spec: jobs, "Compaction" (policies per table, overridable by metric and grain).
#include "jobs/retention_settings.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "contracts/error.hpp"
#include "jobs/settings.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;

namespace {

LoadedSettings load(const std::string& text) {
  const auto file =
      std::filesystem::temp_directory_path() / ("tidemark-retention-" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << text;
  try {
    auto loaded = load_settings({}, file.string());
    std::filesystem::remove(file);
    return loaded;
  } catch (...) {
    std::filesystem::remove(file);
    throw;
  }
}

RetentionInForce in_force(const std::string& text) { return retention_in_force(load(text).settings.retention); }

void refused(const std::string& text, const std::string& because) {
  INFO(text);
  CHECK_THROWS_WITH(load(text), contains_text(because));
}

}  // namespace

TEST_CASE("what is kept is the specification's until the file says otherwise", "[retention]") {
  const auto unset = in_force("");
  CHECK(unset.of("lead_time", KeptRows::trend_hour).days == 90);
  CHECK(unset.of("lead_time", KeptRows::trend_day).days == 90);
  CHECK_FALSE(unset.of("lead_time", KeptRows::trend_week).days);
  CHECK_FALSE(unset.of("lead_time", KeptRows::trend_month).days);
  CHECK(unset.of("lead_time", KeptRows::breakdown).days == 90);
  CHECK(unset.of("lead_time", KeptRows::drilldown).days == 30);
  CHECK(unset.of("lead_time", KeptRows::drilldown).origin == "catalogue");
  CHECK(unset.summary_all.days == 30);
  CHECK(unset.summary.days == 180);
  CHECK(unset.quarantine.days == 90);
  CHECK(unset.job_run("reconcile").days == 90);
  CHECK(unset.job_run("refresh").days == 7);
  CHECK(unset.job_run("of another version").days == 90);
  for (const auto& metric : all_metrics())
    CHECK(unset.policies().at(std::string{metric.key}) == policy_of(metric.retention));
}

TEST_CASE("a later entry wins, for the metrics and grains that it names", "[retention]") {
  const auto changed = in_force(R"(
[[retention]]
table = "trend"
days = 400

[[retention]]
table = "trend"
metric = "*_time"
grain = "hour"
days = 20

[[retention]]
table = "trend"
metric = "lead_time"
grain = ["week", "month"]
days = "forever"

[[retention]]
table = "drilldown"
metric = "wip"
days = 5

[[retention]]
table = "summary"
all_days = 10
)");
  CHECK(changed.of("wip", KeptRows::trend_hour).days == 400);
  CHECK(changed.of("lead_time", KeptRows::trend_hour).days == 20);
  CHECK(changed.of("cycle_time", KeptRows::trend_hour).days == 20);
  CHECK(changed.of("cycle_time", KeptRows::trend_day).days == 400);
  CHECK_FALSE(changed.of("lead_time", KeptRows::trend_week).days);
  CHECK(changed.of("wip", KeptRows::drilldown).days == 5);
  CHECK(changed.of("lead_time", KeptRows::drilldown).days == 30);
  CHECK(changed.summary_all.days == 10);
  CHECK(changed.summary.days == 180);
  CHECK_THAT(changed.of("lead_time", KeptRows::trend_hour).origin, contains_text(".toml:6"));
}

TEST_CASE("runs are kept by job", "[retention]") {
  const auto changed = in_force("[[retention]]\ntable = \"job_run\"\njob = \"re*\"\ndays = 14\n");
  CHECK(changed.job_run("refresh").days == 14);
  CHECK(changed.job_run("reconcile").days == 14);
  CHECK(changed.job_run("snapshot").days == 7);
}

TEST_CASE("an entry that cannot be is refused with its place, the value and what is allowed", "[retention]") {
  const std::string trend = "[[retention]]\ntable = \"trend\"\n";
  refused("[retention]\ntable = \"trend\"\n", "must be a list of tables, each under [[retention]]");
  refused("[[retention]]\ndays = 3\n", ".toml:1: [[retention]]: table is missing");
  refused("[[retention]]\ntable = \"trends\"\ndays = 3\n",
          ".toml:2: [[retention]]: there is no table \"trends\"; the tables are trend, breakdown, drilldown, summary");
  refused(trend + "metric = \"led_*\"\ndays = 300\n",
          ".toml:3: [[retention]]: no metric matches \"led_*\"; there are ");
  refused("[[retention]]\ntable = \"job_run\"\njob = \"nightly\"\ndays = 3\n",
          "no job matches \"nightly\"; there are refresh");
  refused(trend + "grain = \"year\"\ndays = 300\n",
          "there is no grain \"year\"; the grains are hour, day, week, month");
  refused(trend + "days = 0\n", "days must be a whole number from 1 to 36500, or \"forever\"");
  refused(trend + "days = \"ever\"\n", "days must be a whole number from 1 to 36500, or \"forever\"");
  refused(trend, "days is missing: a number of days, or \"forever\"");
  refused(trend + "day = 100\n", "there is no `day` for table \"trend\"; there are table, days, metric, grain");
  refused("[[retention]]\ntable = \"summary\"\nmetric = \"wip\"\ndays = 200\n",
          "there is no `metric` for table \"summary\"");
}

TEST_CASE("policies that contradict each other are refused with the reason", "[retention]") {
  const auto trend = [](const std::string& metric, const std::string& grain, const std::string& days) {
    return "[[retention]]\ntable = \"trend\"\nmetric = \"" + metric + "\"\ngrain = \"" + grain + "\"\ndays = " + days +
           "\n";
  };
  refused(trend("wip", "hour", "91"), "wip: hour points kept 91 d");
  refused(trend("wip", "hour", "91"), "would outlive the day points (90 d, catalogue)");
  refused(trend("wip", "day", "\"forever\"") + trend("wip", "week", "1000"), "wip: day points kept for ever");
  refused(trend("lead_time", "week", "89"),
          "lead_time: day points kept 90 d (catalogue) would outlive the week points (89 d");
  refused(trend("lead_time", "month", "700"), "lead_time: week points kept for ever");
  CHECK_NOTHROW(
      load(trend("lead_time", "hour", "90") + trend("lead_time", "week", "700") + trend("lead_time", "month", "700")));

  // What is read of the rows.
  refused(trend("wip", "hour", "29") + trend("wip", "day", "29"), "wip: day points kept 29 d");
  refused(trend("wip", "hour", "29") + trend("wip", "day", "29"),
          "its anomaly alert compares the newest of them with the 28 before, so keep them at least 30 d");
  CHECK_NOTHROW(load(trend("wip", "hour", "30") + trend("wip", "day", "30")));
  refused("[[retention]]\ntable = \"breakdown\"\nmetric = \"wip\"\ndays = 6\n", "wip: breakdown kept 6 d");
  refused("[[retention]]\ntable = \"summary\"\ndays = 20\n",
          "summary: all_days 30 d (default) is longer than days 20 d");
  refused("[[retention]]\ntable = \"summary\"\nall_days = 1\n", "summary: all_days kept 1 d");
}

TEST_CASE("batches have a size and a pause", "[retention]") {
  CHECK(load("").settings.compact_batch_rows == 5000);
  CHECK(load("").settings.compact_pause_ms == 50);
  CHECK(load("compact_batch_rows = 10\ncompact_pause_ms = 0\n").settings.compact_batch_rows == 10);
  refused("compact_batch_rows = 0\n", "compact_batch_rows \"0\" must be a whole number from 1 to 100000");
  CHECK(load("source_retention_days = 45\n").settings.source_retention_days == 45);
  refused("source_retention_days = 44\n", "source_retention_days \"44\" is too short: a month");
  refused("workers = 65\n", "workers \"65\" must be a whole number from 1 to 64");
}
