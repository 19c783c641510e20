// The compact job: what is past its policy goes, and weeks stand for the hours and days that go.
//
//   snapshot: plan ── one transaction under the checkpoint's lock: missing weeks merged, floors moved ── deletes below
//   the
//      ^                     │ somebody wrote the project meanwhile                                      floors, in
//      batches └─────────────────────┘
//
// From the moment at which a floor has moved no refresh writes below it, so what stands there is only waiting to be
// deleted: a run that dies in between leaves nothing wrong, and the next one deletes what it finds below the floors.
// The first transaction moves the fencing token, for a refresh that read before it would write by the old floors; the
// batches do not, since no refresh writes, or compares, what they delete. Every transaction that deletes raises the
// data versions of the families whose rows went. Spec: jobs, "Compaction".
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "jobs/compact_report.hpp"
#include "jobs/project_pool.hpp"
#include "jobs/retention_settings.hpp"

namespace tidemark::jobs {

enum class CompactedBooks {
  none,
  all,  // quarantine and run ledger, which are of all projects
};

struct CompactOptions {
  ProjectPool pool;
  std::vector<readmodel::ProjectHeader> projects;
  RetentionInForce retention{};
  Instant clock{};                 // the database's: what the books' ages are told by
  std::optional<Instant> as_of{};  // nullopt: of each project, the newest that its rows stand for
  CompactMode mode = CompactMode::run;
  CompactedBooks books = CompactedBooks::all;
  std::int64_t batch_rows = 5000;  // that one transaction deletes, at most
  std::chrono::milliseconds pause{50};
  std::function<bool()> stop{};                      // asked before each batch, from the workers; true: end there
  std::function<void(std::size_t done)> progress{};  // called from the workers after each project; may be empty
};

// Errors: those that concern all projects; failures of single ones are in the report.
CompactReport compact(const CompactOptions& options);

// Every project that may have rows, archived ones included.
std::vector<readmodel::ProjectHeader> compacted_projects(readmodel::Session& session);

}  // namespace tidemark::jobs
