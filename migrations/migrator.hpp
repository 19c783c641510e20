// Brings a database's schema forth and back. Spec: storage, "Migrations".
//
// Each migration runs in a transaction of its own, which begins by taking one advisory lock and planning anew from the
// history, and runs the first step of that plan. So any number of processes may start at once: each step is done by one
// of them, the others find it done; and a crash leaves whole migrations only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "migrations/planning.hpp"

namespace tidemark::migrations {

struct MigrationOptions {
  std::string url;                // a libpq connection string or URI; empty: libpq's own PG* variables
  std::string schema = "public";  // of Tidemark's tables and of the history; made where it is missing
  std::string source_schema =
      "public";  // of the source tables; made where it is missing and the sources set is applied
};

enum class Standing {
  applied,
  pending,
  edited,   // applied, but its file has another checksum now
  unknown,  // applied by a newer Tidemark
};

struct MigrationStatus {
  MigrationSet set = MigrationSet::readmodel;
  int version = 0;
  std::string name;
  Standing standing = Standing::pending;
  std::optional<AppliedMigration> applied;  // nullopt: pending
};

struct AppliedStep {
  Step step;
  Micros duration{0};  // of its SQL, without the commit
};

// Every function connects anew and throws tidemark::Error: of kind unreachable or failed as of Connection, else as
// said.

// Applied and pending migrations in order of set and version. Changes nothing and judges nothing.
std::vector<MigrationStatus> status(const MigrationOptions& options);

// What apply() would run, once whoever is migrating now has ended. Changes nothing. Errors: those of check_history()
// and plan_steps(); of kind failed where the goal makes source tables and tables of their names are there already; of
// kind usage where the source tables that the goal moves were made in another schema.
std::vector<Step> plan(const MigrationOptions& options, const Goal& goal);

// Runs the plan and returns the steps that this call did itself, in order: fewer than planned where another process did
// some at the same time, none where nothing was to do. Errors: those of plan(), and of kind failed where a migration
// fails (the steps before it stay) or another process goes the other way.
std::vector<AppliedStep> apply(const MigrationOptions& options, const Goal& goal);

}  // namespace tidemark::migrations
