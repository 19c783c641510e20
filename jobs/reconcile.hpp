// The reconcile job: recomputes a project from its sources at the as-of that its rows stand for, compares the buckets
// of a trailing window, repairs what differs, and reports every difference.
//
//   catch up ── snapshot: recompute, compare ── equal: done
//      ^                        │ differs
//      │                        v
//      └── something moved ── catch up again ── nothing moved: a fault ── alert ── repair under the checkpoint's lock
//
// A change of the sources that a refresh has not computed yet is no fault. So the project is caught up before it is
// compared, and again when it differs: a change that the snapshot saw before any discovery did is found then, and the
// project is compared anew. Only what differs though nothing was left to be found is reported.
// Spec: jobs ("reconcile"); "Incremental refresh", rules 1, 2 and 4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/project_floors.hpp"
#include "jobs/project_pool.hpp"
#include "readmodel/comparison.hpp"

namespace tidemark::jobs {

// Five weeks: late corrections of a whole month, and the week in which it begins.
inline constexpr int kReconciledDays = 35;

enum class ReconcileMode {
  repair,  // differences are reported as alerts, and repaired
  check,   // they are returned, and nothing is written
};

// Brings a project's rows to what can be known of its sources, at the as-of that they stand for.
using CatchUp = std::function<void(readmodel::Session&, const readmodel::ProjectHeader&, const RetentionRules&)>;

// Finds what changed in the sources, and refreshes the project where something of it did.
void catch_up_with_sources(readmodel::Session& session, const readmodel::ProjectHeader& project,
                           const RetentionRules& retention);

struct ReconcileOptions {
  ProjectPool pool;
  Instant as_of;  // of the alerts
  std::vector<readmodel::ProjectHeader> projects;
  std::optional<int> days = kReconciledDays;  // nullopt: all buckets from the floors on
  ReconcileMode mode = ReconcileMode::repair;
  RetentionRules retention{};
  CatchUp catch_up = catch_up_with_sources;
  std::function<void(std::size_t done)> progress{};  // called from the workers after each project; may be empty
};

struct SkippedProject {
  std::string project;
  std::string reason;
};

struct ReconcileReport {
  std::size_t projects = 0;
  std::size_t compared = 0;
  std::size_t never_computed = 0;
  std::size_t with_differences = 0;
  readmodel::MetricDifferences metrics;  // that have any, summed over the projects
  std::vector<SkippedProject> skipped;   // not compared
  std::int64_t rows_equal = 0;
  std::int64_t rows_different = 0;
  std::int64_t written = 0;
  std::int64_t deleted = 0;
  std::int64_t alerts_opened = 0;
  std::int64_t alerts_renewed = 0;
  std::int64_t alerts_closed = 0;
  std::int64_t quarantine_changes = 0;  // entries opened, renewed or resolved
  std::vector<ProjectFailure> failures;
  Micros elapsed{0};
};

ReconcileReport reconcile(const ReconcileOptions& options);

}  // namespace tidemark::jobs
