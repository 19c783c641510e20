#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bench/bench.hpp"
#include "bench/pq.hpp"
#include "contracts/catalogue.hpp"
#include "support/source_tree.hpp"

namespace tidemark::bench {
namespace {

namespace fs = std::filesystem;

// The base tables, then one statement per metric of what refresh writes.
std::vector<fs::path> scripts() {
  const auto folder = tests::source_root() / "tests/oracle";
  std::vector<fs::path> list;
  for (const auto& file : tests::files_below(folder, ".sql"))
    if (file.filename().string().rfind("base_", 0) == 0) list.push_back(file);
  for (const auto& metric : all_metrics())
    if (metric.domain == Domain::delivery) list.push_back(folder / fmt::format("{}.sql", metric.key));
  return list;
}

}  // namespace

void measure_oracle(Run& run, const Database& db, const Scratch& ours) {
  Connection connection(db.url);
  connection.run(
      fmt::format("SET work_mem = '128MB'; CREATE TEMPORARY TABLE clock AS SELECT '{}'::timestamptz AS t;"
                  "CREATE TEMPORARY TABLE expected (metric_key text, project_id uuid, table_name text, time_grain text,"
                  " time_bucket timestamptz, dimension text, dimension_value text, value float8, fields jsonb)",
                  format_instant(db.as_of)));
  const auto files = scripts();
  std::size_t done = 0;
  const auto elapsed = timed([&] {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& file : files) {
      const Seconds left = run.oracle_budget - (std::chrono::steady_clock::now() - start);
      if (left.count() <= 0) return;
      try {
        connection.run(fmt::format("SET statement_timeout = {}", static_cast<std::int64_t>(left.count() * 1000) + 1));
        connection.run(tests::text_of(file));
      } catch (const std::runtime_error& e) {
        if (std::string_view{e.what()}.find("statement timeout") == std::string_view::npos) throw;
        return;
      }
      ++done;
    }
  });
  const bool whole = done == files.size();
  run.figures.add(
      {fmt::format("from scratch, {}: rows stored", db.shape.name), text(ours.elapsed),
       whole ? fmt::format("oracle SQL, {} statements, rows not stored: {}", files.size(), text(elapsed))
             : fmt::format("oracle SQL, ended after {} of {} statements and {}", done, files.size(), text(elapsed)),
       fmt::format("{}{:.1f} x faster", whole ? "" : "more than ", elapsed / ours.elapsed), "at least 5 x"});
}

}  // namespace tidemark::bench
