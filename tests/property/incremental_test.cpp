// After every refresh the stored rows equal those of a from-scratch recompute at the same as-of, byte for byte: random
// histories, writers, batches, corrections, as-ofs and crash points. A failing case is made small and printed.
//
//   TIDEMARK_SEED=n    runs that case alone; with TIDEMARK_CASES=m the m cases from there on
//   TIDEMARK_STEPS=f   replays the steps in file f, as they are printed
//
// Spec: quality, "property"; jobs, "Incremental refresh", rule 4.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "jobs/reconcile.hpp"
#include "property/random_case.hpp"
#include "property/replay.hpp"
#include "property/shrink.hpp"
#include "readmodel/vanished_projects.hpp"
#include "support/catch.hpp"
#include "support/environment.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

constexpr std::uint64_t kFirstSeed = 20160515;
constexpr int kShrinkTries = 800;

// As the command does it, for all projects.
jobs::RefreshReport refresh(const readmodel::ConnectionSettings& connection, const Refresh& refresh) {
  readmodel::Session session(connection);
  jobs::find_changes(session);
  if (jobs::plan_refresh(session, refresh.as_of).vanished) readmodel::delete_vanished_projects(session);
  // Not in the options' own braces: what GCC 12 has made of those by then is destroyed twice where this throws.
  const auto projects = jobs::refreshed_projects(session);
  return jobs::refresh({{connection, 2}, refresh.as_of, projects, rules_of(refresh.retention), {}});
}

// The same, and then reconcile, which repairs what neither events nor cursors could show.
jobs::RefreshReport refresh_and_reconcile(const readmodel::ConnectionSettings& connection, const Refresh& to) {
  auto report = refresh(connection, to);
  readmodel::Session session(connection);
  jobs::ReconcileOptions options;
  options.pool = {connection, 2};
  options.as_of = to.as_of;
  options.projects = jobs::refreshed_projects(session);
  options.days.reset();
  options.retention = rules_of(to.retention);
  const auto reconciled = jobs::reconcile(options);
  report.failures.insert(report.failures.end(), reconciled.failures.begin(), reconciled.failures.end());
  return report;
}

std::optional<std::string> replay_once(const Steps& steps, const Setting& setting) {
  Tally tally;
  return replay(steps, setting, Reference::in_process, tally);
}

// The failing case as few steps, with what is wrong after them.
std::string shrunk(const Steps& steps, const Setting& setting) {
  const auto few = shrink(
      steps, [&](const Steps& fewer) { return replay_once(fewer, setting).has_value(); }, kShrinkTries);
  const auto wrong = replay_once(few, setting);
  return fmt::format("{} of {} steps are enough:\n{}{}", few.size(), steps.size(), text_of(few),
                     wrong.value_or("  (not always)\n"));
}

void print(const Tally& t, Micros elapsed) {
  fmt::print(
      "{} cases in {:.1f} s: {} refreshes of {} projects, {} of them whole, {} crash points of which {} failed, {} "
      "writers open during a refresh; {} "
      "projects compared, {} of them against a second schema, {} rows\n",
      t.cases, static_cast<double>(elapsed.count()) / 1e6, t.refreshes, t.projects, t.whole, t.crashes, t.failures,
      t.late_commits, t.comparisons + t.in_second_schema, t.in_second_schema, t.rows);
}

void check_cases(const Setting& setting, Changes changes, std::uint64_t count) {
  const auto first = number_of_environment("TIDEMARK_SEED", kFirstSeed);
  count = number_of_environment("TIDEMARK_CASES", std::getenv("TIDEMARK_SEED") == nullptr ? count : 1);
  const auto start = std::chrono::steady_clock::now();
  Tally tally;
  for (auto seed = first; seed < first + count; ++seed) {
    const auto steps = random_case(seed, changes);
    const auto reference = seed % 10 == 0 ? Reference::second_schema : Reference::in_process;
    const auto wrong = replay(steps, setting, reference, tally);
    if (!wrong) continue;
    // Not as Catch's message, which breaks the lines that TIDEMARK_STEPS reads.
    fmt::print("TIDEMARK_SEED={}\n{}{}", seed, *wrong, shrunk(steps, setting));
    FAIL_CHECK("a case failed, see above: TIDEMARK_SEED=" << seed);
    break;
  }
  print(tally, std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start));
}

}  // namespace

TEST_CASE("with change capture every refresh gives what a recompute gives", "[property]") {
  check_cases({refresh, Capture::installed}, Changes::any, 350);
}

TEST_CASE("without capture every refresh after new events gives what a recompute gives", "[property]") {
  check_cases({refresh, Capture::none}, Changes::of_events, 75);
}

TEST_CASE("without capture every reconcile gives what a recompute gives", "[property]") {
  check_cases({refresh_and_reconcile, Capture::none}, Changes::any, 75);
}

TEST_CASE("many cases with change capture", "[.][long]") {
  check_cases({refresh, Capture::installed}, Changes::any, 20'000);
}

TEST_CASE("many cases without change capture", "[.][long]") {
  check_cases({refresh, Capture::none}, Changes::of_events, 5'000);
  check_cases({refresh_and_reconcile, Capture::none}, Changes::any, 5'000);
}

TEST_CASE("property tests: a wrong or lost or left over row is seen", "[harness]") {
  const auto sabotage = GENERATE(
      "UPDATE metrics_trend_point SET value_numeric = value_numeric + 1 WHERE metric_key = 'arrivals'",
      "UPDATE metrics_trend_point SET value_json = value_json || '{\"x\": 1}' WHERE time_grain = 'hour'",
      "UPDATE metrics_breakdown_point SET time_bucket = time_bucket - interval '1 year' WHERE metric_key = 'wip'",
      "DELETE FROM metrics_breakdown_point WHERE dimension_key = 'priority'",
      "INSERT INTO metrics_drilldown SELECT gen_random_uuid(), project_id, metric_key, entity_type, entity_id, "
      "'other', "
      "time_bucket, payload, computed_at FROM metrics_drilldown WHERE time_bucket IS NULL",
      "UPDATE metrics_quarantine SET resolved_at = last_seen", "UPDATE metrics_quarantine SET reason = 'other'",
      "INSERT INTO metrics_data_version SELECT gen_random_uuid(), family, version, as_of, source_watermark, "
      "definition_hash, updated_at FROM metrics_data_version");
  INFO(sabotage);
  const auto steps = random_case(kFirstSeed, Changes::any);
  CHECK_FALSE(replay_once(steps, {refresh, Capture::none}).has_value());
  const RefreshJob wrong_job = [&](const auto& connection, const Refresh& to) {
    const auto report = refresh(connection, to);
    readmodel::Session session(connection);
    run_sql(session, sabotage);
    return report;
  };
  const auto wrong = replay_once(steps, {wrong_job, Capture::none});
  CHECK(wrong.has_value());
}

TEST_CASE("property tests: a failing case shrinks to the few steps that it takes", "[harness]") {
  const RefreshJob forgetful_job = [](const auto& connection, const Refresh& to) {
    const auto report = refresh(connection, to);
    readmodel::Session session(connection);
    run_sql(session, "DELETE FROM metrics_trend_point WHERE metric_key = 'rework' AND time_grain = 'month'");
    return report;
  };
  const Setting forgetful{forgetful_job, Capture::installed};
  auto seed = kFirstSeed;
  while (!replay_once(random_case(seed, Changes::any), forgetful)) ++seed;
  const auto fails = [&](const Steps& fewer) { return replay_once(fewer, forgetful).has_value(); };
  const auto few = shrink(random_case(seed, Changes::any), fails, kShrinkTries);
  INFO(text_of(few));
  CHECK(fails(few));
  CHECK(few.size() <= 7);  // the project, its task, integrated, reopened, two commits and a refresh
  CHECK(text_of(read_steps(text_of(few))) == text_of(few));
}

TEST_CASE("steps from a file", "[.replay]") {
  const char* file = std::getenv("TIDEMARK_STEPS");
  REQUIRE(file != nullptr);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  const auto wrong = replay_once(read_steps(text.str()), {refresh, Capture::installed});
  INFO(wrong.value_or(""));
  CHECK_FALSE(wrong.has_value());
}
