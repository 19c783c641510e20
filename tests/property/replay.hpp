// Replays the steps of a case and compares after every refresh.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "jobs/refresh.hpp"
#include "property/case_database.hpp"
#include "property/steps.hpp"

namespace tidemark::tests {

// The job under test: brings all projects of the database to the as-of.
using RefreshJob = std::function<jobs::RefreshReport(const readmodel::ConnectionSettings&, const Refresh&)>;

// What is tested, and in which database.
struct Setting {
  RefreshJob job;
  Capture capture;
};

struct Tally {
  std::int64_t cases = 0;
  std::int64_t refreshes = 0;
  std::int64_t projects = 0;     // refreshed
  std::int64_t whole = 0;        // of them, computed from all of their sources
  std::int64_t comparisons = 0;  // of a project
  std::int64_t rows = 0;         // compared
  std::int64_t in_second_schema = 0;
  std::int64_t crashes = 0;       // chosen
  std::int64_t failures = 0;      // of refreshes with a crash: some crash points are never reached
  std::int64_t late_commits = 0;  // writers that were open during a refresh
};

// One policy for all metrics.
jobs::RetentionRules rules_of(const RetentionDays& days);

// With what the from-scratch rows are made.
enum class Reference {
  in_process,     // compute_project() on what is in the sources
  second_schema,  // that, and after the last refresh a full refresh into empty tables
};

// What was wrong after which step; nullopt: nothing.
std::optional<std::string> replay(const Steps& steps, const Setting& setting, Reference reference, Tally& tally);

}  // namespace tidemark::tests
