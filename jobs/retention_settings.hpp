// How long rows are kept as a person may set it: `[[retention]]` entries in tidemark.toml, over the catalogue's
// policies. Spec: jobs, "Compaction".
//
//   [[retention]]
//   table = "trend"       # trend, breakdown, drilldown, summary, quarantine or job_run
//   metric = "lead_*"     # of the first three; job = ".." of job_run; default "*"
//   grain = ["hour"]      # of trend; default hour and day
//   days = 30             # or "forever"
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/retention.hpp"

namespace tidemark::jobs {

enum class RetentionTable { trend, breakdown, drilldown, summary, quarantine, job_run };

// Days before the as-of (of quarantine and job_run: before the database's clock). nullopt: for ever.
using KeptDays = std::optional<int>;

struct RetentionEntry {
  RetentionTable table = RetentionTable::trend;
  std::string pattern = "*";  // of metric keys or, where the table is job_run, of jobs: `*` and `?` stand for anything
  std::vector<Grain> grains{Grain::hour, Grain::day};  // trend only
  std::optional<KeptDays> days{};                      // nullopt: not set by this entry (summary only)
  std::optional<KeptDays> all_days{};                  // summary only: afterwards one a UTC day and scope
  std::string place{};                                 // "tidemark.toml:12"
};

// A policy and where it comes from: "catalogue", "default", or the entry's place.
struct Kept {
  KeptDays days;
  std::string origin;
};
using KeptByRows = std::array<Kept, kKeptRows.size()>;

// What is in force once every entry has been applied; later entries win.
struct RetentionInForce {
  std::map<std::string, KeptByRows, std::less<>> metrics;
  Kept summary_all;  // every summary; afterwards one a UTC day and scope
  Kept summary;
  Kept quarantine;                                    // resolved entries, by when they were last seen
  std::map<std::string, Kept, std::less<>> job_runs;  // finished ones, by job

  Policies policies() const;
  // Of a job that Tidemark does not know: as long as a batch job's.
  const Kept& job_run(std::string_view job) const;
  const Kept& of(std::string_view metric, KeptRows rows) const;  // Requires: a metric of the catalogue
};

RetentionInForce retention_in_force(const std::vector<RetentionEntry>& entries);

// "trend hour", "breakdown"
std::string_view to_string(KeptRows rows);
std::string_view to_string(RetentionTable table);
// "90 d", "for ever"
std::string days_text(const KeptDays& days);

// Errors: std::invalid_argument with what is allowed, for a table that there is not and for a pattern that matches
// nothing.
RetentionTable parse_retention_table(std::string_view text);
void check_pattern(RetentionTable table, const std::string& pattern);

// Errors: std::invalid_argument where policies contradict each other or what is read of the rows: which, and why.
void check_retention(const RetentionInForce& in_force);

}  // namespace tidemark::jobs
