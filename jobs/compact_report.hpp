// What a compaction did, or would do: per table and policy, and which weeks were left in place and why.
// Spec: jobs, "Compaction".
#pragma once

#include <compare>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "jobs/project_pool.hpp"
#include "jobs/retention_settings.hpp"

namespace tidemark::jobs {

enum class CompactMode {
  run,
  dry_run,  // the same plan and the same report, and nothing is written
};

// The rows that a policy is for, in the order of the report.
enum class CompactedRows {
  trend_hour,
  trend_day,
  trend_week,
  trend_month,
  breakdown,
  drilldown,
  summary_all,  // thinned to one a UTC day and scope
  summary,
  quarantine,
  job_run
};
CompactedRows compacted_rows(KeptRows rows);

struct CompactPolicy {
  CompactedRows rows = CompactedRows::trend_hour;
  KeptDays days;
  friend auto operator<=>(const CompactPolicy&, const CompactPolicy&) = default;
};

struct CompactCounts {
  std::int64_t examined = 0;  // rows past the policy
  std::int64_t thinned = 0;   // of those, rows that went because another summary stands for them
  std::int64_t merged = 0;    // week rows made from days
  std::int64_t deleted = 0;   // rows that went because they are past the policy
  std::int64_t bytes = 0;     // of the rows that went, as they were stored; indexes come on top
  CompactCounts& operator+=(const CompactCounts& other);
  friend bool operator==(const CompactCounts&, const CompactCounts&) = default;
};

// A week whose hours and days stand though they are past their policy.
struct LeftWeek {
  Uuid project_id;
  std::string project;
  std::string metric;
  Instant week;
  std::string reason;
  friend bool operator==(const LeftWeek&, const LeftWeek&) = default;
};

struct CompactReport {
  CompactMode mode = CompactMode::run;
  std::size_t projects = 0;
  std::size_t never_computed = 0;
  std::size_t unfinished = 0;  // projects that were not begun or not ended when the run was told to stop
  bool interrupted = false;
  std::map<CompactPolicy, CompactCounts> policies;  // every finite one that is in force
  std::vector<LeftWeek> left;
  std::vector<ProjectFailure> failures;
  Micros elapsed{0};

  CompactCounts total() const;
  void add(const CompactReport& part);
};

// With a line for each finite policy in force.
CompactReport empty_report(const RetentionInForce& in_force, CompactMode mode);

std::string compact_text(const CompactReport& report);
nlohmann::ordered_json compact_json(const CompactReport& report);
// The warning about weeks that were left; empty: none was.
std::string left_warning(const CompactReport& report);

}  // namespace tidemark::jobs
