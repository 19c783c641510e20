// The whole catalogue against plain SQL that a reader can check by eye: every field of every stored row is compared
// with what tests/oracle/*.sql say, and whatever stands on one side only is a difference. Prints what was compared.
// Spec: quality, "oracle"; product, promise 1.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "contracts/catalogue.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/import/log_lines.hpp"
#include "jobs/manual_run.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/random_projects.hpp"
#include "support/source_tree.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
namespace fs = std::filesystem;

namespace {

// The queries in the order in which they run: base, metrics as in the catalogue, summary, comparison.
std::vector<fs::path> scripts() {
  const auto folder = source_root() / "tests/oracle";
  std::vector<fs::path> list;
  for (const auto& file : files_below(folder, ".sql"))
    if (file.filename().string().rfind("base_", 0) == 0) list.push_back(file);
  for (const auto& metric : all_metrics())
    if (metric.domain == Domain::delivery) list.push_back(folder / fmt::format("{}.sql", metric.key));
  list.push_back(folder / "summary.sql");
  list.push_back(folder / "quarantine.sql");
  list.push_back(folder / "compare.sql");
  return list;
}

pqxx::result rows_of(readmodel::Session& session, const std::string& sql) {
  return readmodel::translated("test", [&] {
    pqxx::work tx(session.pqxx_connection());
    return tx.exec(sql);
  });
}

// What comparisons said.
struct Report {
  struct Count {
    std::int64_t compared = 0;
    std::int64_t different = 0;
  };
  std::map<std::string, Count> fields;  // by "metric table field", padded to columns
  std::set<std::string> covered;        // "metric table grain dimension" of what was compared at all
  std::string differences;

  Count total() const {
    Count sum;
    for (const auto& [field, count] : fields) {
      sum.compared += count.compared;
      sum.different += count.different;
    }
    return sum;
  }
  void add(const Report& other) {
    covered.insert(other.covered.begin(), other.covered.end());
    for (const auto& [field, count] : other.fields) {
      fields[field].compared += count.compared;
      fields[field].different += count.different;
    }
  }
  void print() const {
    for (const auto& [field, count] : fields) fmt::print("{} {:>9} {:>9}\n", field, count.compared, count.different);
    fmt::print("{} fields compared, {} different\n", total().compared, total().different);
  }
};

Report compare(const TestDatabase& db, Instant as_of) {
  readmodel::Session session(db.connection());
  run_sql(session, fmt::format("SET TIME ZONE 'UTC'; SET work_mem = '128MB'; SET client_min_messages = warning;"
                               "CREATE TEMPORARY TABLE clock AS SELECT '{}'::timestamptz AS t;"
                               "CREATE TEMPORARY TABLE expected (metric_key text, project_id uuid, table_name text, "
                               "time_grain text, time_bucket timestamptz, dimension text, dimension_value text, value "
                               "float8, fields jsonb)",
                               format_instant(as_of)));
  for (const auto& script : scripts()) {
    INFO(script.string());
    REQUIRE(fs::exists(script));
    REQUIRE_NOTHROW(run_sql(session, text_of(script)));
  }

  Report report;
  for (const auto& row : rows_of(session,
                                 "SELECT metric_key, table_name, field, sum(compared), sum(different) FROM report "
                                 "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")) {
    report.fields[fmt::format("{:<30} {:<24} {:<46}", row[0].c_str(), row[1].c_str(), row[2].c_str())] = {
        row[3].as<std::int64_t>(), row[4].as<std::int64_t>()};
  }
  for (const auto& row :
       rows_of(session, "SELECT DISTINCT concat_ws(' ', metric_key, table_name, grain, dimension) FROM report"))
    report.covered.insert(row[0].c_str());
  // One of a kind: the same field of the same metric mostly differs for the same reason.
  for (const auto& row : rows_of(
           session,
           "SELECT DISTINCT ON (metric_key, table_name, regexp_replace(field, '[0-9]+', '')) concat_ws(' ', "
           "metric_key, table_name, grain, bucket, dimension, dimension_value, 'of', project_id) || ' ' || field || "
           "': expected ' || coalesce(expected::text, 'nothing') || ', stored ' || coalesce(stored::text, 'nothing') "
           "|| CASE WHEN is_surplus_row THEN ' (surplus row)' WHEN is_missing_row THEN ' (missing row)' ELSE '' END "
           "FROM differences ORDER BY metric_key, table_name, regexp_replace(field, '[0-9]+', ''), bucket LIMIT 100"))
    report.differences += std::string{row[0].c_str()} + "\n";
  return report;
}

// Refreshes and snapshots at that as-of, and compares.
Report run_and_compare(const TestDatabase& db, Instant as_of) {
  const jobs::ManualRun run{{db.connection(), 2}, as_of, std::nullopt, {}};
  const auto outcome = jobs::run_full_refresh(run);
  for (const auto& failure : outcome.report.failures) UNSCOPED_INFO(failure.reason);
  REQUIRE(outcome.report.failures.empty());
  REQUIRE(jobs::run_snapshot(run).failures.empty());
  return compare(db, as_of);
}

void check_equal(const Report& report) {
  INFO(report.differences);
  CHECK(report.total().compared > 0);
  CHECK(report.total().different == 0);
}

// Random projects with consecutive seeds, at one of the instants that they suggest; every second time at the start of
// its day, when milestones have summaries too.
Report compare_random(std::uint64_t first_seed, int projects, int tasks) {
  TestDatabase db;
  std::vector<Instant> as_ofs;
  {
    readmodel::Session session(db.connection());
    for (std::uint64_t seed = first_seed; seed < first_seed + static_cast<std::uint64_t>(projects); ++seed) {
      const auto project = random_project(seed, tasks);
      write_rows(session, project.rows);
      as_ofs.insert(as_ofs.end(), project.as_ofs.begin(), project.as_ofs.end());
    }
    run_sql(session, "ANALYZE");
  }
  std::sort(as_ofs.begin(), as_ofs.end());
  const auto suggested = as_ofs[first_seed * 7919 % as_ofs.size()];
  const auto as_of =
      first_seed / static_cast<std::uint64_t>(projects) % 2 == 0 ? suggested : bucket_start(Grain::day, suggested);
  INFO("seeds from " << first_seed << " of " << tasks << " tasks, as of " << format_instant(as_of));
  auto report = run_and_compare(db, as_of);
  check_equal(report);
  return report;
}

// The real log, or of it the incidents whose number ends so.
Report compare_real_log(const std::string& ending) {
  TestDatabase db;
  const auto sample = source_root() / "docs/sample-data";
  const auto part = fs::temp_directory_path() / fmt::format("tidemark-oracle-{}.csv", ::getpid());
  const auto rejects = fs::temp_directory_path() / fmt::format("tidemark-oracle-rejects-{}.csv", ::getpid());
  {
    std::ofstream out(part);
    jobs::LogLines lines(sample / "incident_event_log.csv.gz");
    constexpr std::size_t kNumberEnd = 10;  // INC0001234
    bool is_header = true;
    for (std::string line; lines.next(line); is_header = false)
      if (is_header || line.substr(0, kNumberEnd).ends_with(ending)) out << line << '\n';
  }
  jobs::import_work_log(db.connection(), {sample / "service-desk.toml", part, rejects}, [](auto, auto, auto) {});
  fs::remove(part);
  fs::remove(rejects);
  auto report = run_and_compare(db, at("2016-05-15T00:00:00Z"));
  check_equal(report);
  return report;
}

// Every table, grain and dimension in which the catalogue says that a metric has rows.
std::vector<std::string> declared_places() {
  std::vector<std::string> places;
  for (const auto& metric : all_metrics()) {
    if (metric.domain != Domain::delivery) continue;
    for (const auto grain : metric.grains) {
      if (metric.undivided) places.push_back(fmt::format("{} metrics_trend_point {} ", metric.key, to_string(grain)));
      for (const auto dimension : metric.trend_dimensions)
        if (grain != Grain::hour)
          places.push_back(fmt::format("{} metrics_trend_point {} {}", metric.key, to_string(grain), dimension));
    }
    for (const auto& dimension : metric.breakdown_dimensions)
      places.push_back(fmt::format("{} metrics_breakdown_point day {}", metric.key, dimension.name));
    if (metric.drilldown)
      places.push_back(fmt::format("{} metrics_drilldown  {}", metric.key, metric.drilldown->entity_type));
  }
  places.push_back("summary metrics_summary  ");
  places.push_back("summary metrics_summary  milestone");
  for (const auto* source : {"artifact", "dependency_edge", "event_log", "gate_candidate_link", "gate_decision",
                             "integration_attempt", "lease", "plan_change_set"})
    places.push_back(fmt::format("quarantine metrics_quarantine  {}", source));
  return places;
}

}  // namespace

TEST_CASE("the oracle: random projects and some of the real log, every row and field") {
  auto total = compare_real_log("007");
  for (const std::uint64_t seed : {0, 4, 8, 12}) total.add(compare_random(seed, 4, 30));
  for (const auto& place : declared_places()) {
    INFO(place);
    CHECK(total.covered.count(place) == 1);
  }
  total.print();
}

TEST_CASE("the oracle: many random projects", "[.long]") {
  Report total;
  for (std::uint64_t seed = 96; seed < 296; seed += 8) total.add(compare_random(seed, 8, 120));
  total.print();
}

TEST_CASE("the oracle: all of the real log, every row and field", "[.long]") {
  const auto report = compare_real_log("");
  report.print();
  CHECK(report.total().compared > 10'000'000);
}
