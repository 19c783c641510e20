// Years of a few projects, day by day: what arrives is written to the sources, then refresh, snapshots and compact run
// at that day's as-of. After each day the rows that stand are those that the policies name, and every week and month is
// what a from-scratch compute of all sources gives.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "jobs/compact.hpp"
#include "jobs/refresh.hpp"
#include "support/database.hpp"
#include "years/project_life.hpp"
#include "years/reference.hpp"
#include "years/retained.hpp"

namespace tidemark::tests {

struct SimulatedProject {
  ProjectLife life;
  // Their owner deletes source rows that are older, and Tidemark is told so; nullopt: they are kept for ever.
  std::optional<int> source_retention_days;
};

struct SimulationFigures {
  std::int64_t days = 0;
  std::int64_t arrivals = 0;        // source rows written, corrected or deleted
  std::int64_t purged = 0;          // source rows deleted because of their age
  std::int64_t coarse_rows = 0;     // weeks and months compared
  std::int64_t fine_rows = 0;       // other rows compared
  std::int64_t merged = 0;          // week rows made from days
  std::int64_t approximate = 0;     // comparisons of a row with quantiles of a sketch
  std::int64_t weeks_left = 0;      // in reports
  std::int64_t late_changes = 0;    // that could not be computed and were set aside
  std::int64_t deleted = 0;         // rows, by compaction
  std::int64_t micros_in_jobs = 0;  // refresh, snapshots and compact
  std::int64_t micros = 0;          // all
};

class Simulation {
 public:
  Simulation(Instant begin, std::vector<SimulatedProject> projects, std::uint64_t seed);

  // One more day. Returns what was wrong after it; empty: nothing.
  std::string day();

  readmodel::Session& session() { return session_; }
  Instant as_of() const { return as_of_; }
  const SimulationFigures& figures() const { return figures_; }

 private:
  struct Project {
    SimulatedProject source;
    readmodel::ProjectHeader header;
    std::set<std::string> merged;  // metric|bucket of weeks that were made from their days
    Rows newest;                   // as computed at the day before: of buckets that its sources still reach
    Rows frozen;                   // of those that they no longer reach, as they were computed last
  };
  // A week's row made wrong on purpose.
  struct Sabotage {
    LeftInPlace week;
    std::string right, wrong;  // its value
    Instant until;
  };

  void write_arrivals();
  void write_books();
  void refresh_and_snapshot();
  void purge_sources(Project& project);
  void lose_weeks();
  void spoil_a_week();
  void mend_the_week();
  std::string value_of(const LeftInPlace& week);
  std::string compact();
  std::string compare(Project& project);
  std::string compare_coarse(Project& project);
  std::string compare_fine(Project& project);
  bool compares_all() const;
  std::string check_late_changes();
  Instant reach(const Project& project) const;
  std::optional<Instant> week_now_due() const;
  bool excused(const Project& project, const std::string& key, const std::string* stored, const std::string* computed);
  Retained retained() const;

  Chance chance_;
  Instant today_;
  Instant as_of_;
  TestDatabase database_;
  readmodel::Session session_;
  std::vector<Project> projects_;
  std::optional<Sabotage> sabotage_;
  std::vector<SourceRow> late_;  // of today, that are older than their sources' retention
  std::optional<Instant> oldest_arrival_;
  SimulationFigures figures_;
};

}  // namespace tidemark::tests
