// Finds the changes of the mutable sources (task, lease, gate_* ..) that no trigger captures, and marks them in
// metrics_dirty.
//
//   source row ── its instant ── within the overlap? ── reported already? ──no──> metrics_dirty
//                                      │                     │
//                            metrics_change_cursor   metrics_change_seen: (source, instant, id)
//
// A row's instant is its updated_at; where it has none, the instants that it has (created_at; started_at and ended_at;
// created_at and applied_at; a lease's created_at alone, since no metric reads more). The cursor of a source stands at
// the newest instant reported that is not in the future. Everything after it and the ten minutes before it are read,
// and what was reported with the same instant is left out; so a row is found if it commits within ten minutes of its
// instant, and a row of the future is found once and holds nothing back. Where more than some thousand rows changed
// within the overlap, a look reaches back over the newest thousand only, and over the whole overlap once a minute.
//
// The first look at a source begins at its own time: older rows are left to the first computation of each project,
// which reads everything. Those of the ten minutes before are marked, since they may commit after that computation has
// read.
//
// Exact only by capture or after reconcile: rows changed without a new instant, commits later than the overlap,
// deletions that the counts of source_counts.hpp do not show. See docs/adr/0011-changes-by-cursor-or-capture.md.
// Spec: jobs, "Incremental refresh", rule 2.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

inline constexpr Micros kChangeOverlap = std::chrono::minutes{10};

struct ChangeDiscovery {
  std::int64_t rows = 0;               // found by cursor, and in metrics_dirty
  std::int64_t without_project = 0;    // found, but of no project (NULL or no UUID): nobody computes them
  std::int64_t lost_rows = 0;          // sources and projects with fewer rows than before: in metrics_dirty as a whole
  std::vector<std::string> captured;   // sources that are left to their triggers
  std::vector<std::string> by_cursor;  // sources that were looked at
};

// One transaction, read committed. Never waits for a writer; waits for another discovery of changes. Where nothing is
// new it writes nothing. Safe to repeat after a commit in doubt. Memory: none that grows with the rows found.
// Requires: `now` is the database's clock (database_clock()), not an as-of: instants after it are taken for the future.
// Errors: those of the session.
ChangeDiscovery discover_changes(Session& session, Instant now);

}  // namespace tidemark::readmodel
