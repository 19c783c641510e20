// Finds every event exactly once, whatever the order in which its writers commit, and marks it in metrics_dirty.
//
//   event_log ── (a) largest visible id H ── (b) who may still commit below H ── (c) what is visible up to H
//                                                   │                                  │
//                                                   v                                  v
//                                     metrics_source_cursor: H, gaps            metrics_dirty
//
// Why nothing is lost is argued in docs/adr/0010-watermark-by-locks.md; the decisions are in gap_tracking.hpp.
//
// A project's first, full computation stands for all events up to the baseline. It does so only if its snapshot shows a
// cursor without `baseline_wait`: before that, a transaction of the time of installation may still commit an event
// below the baseline, which is never put in metrics_dirty. A full computation from an earlier snapshot has to be done
// once more (leave its checkpoint's watermark NULL). Later events, and those of projects that come later, are in
// metrics_dirty.
// Spec: jobs, "Incremental refresh", rule 1.
#pragma once

#include <cstdint>
#include <vector>

#include "readmodel/gap_tracking.hpp"
#include "readmodel/queries/watermark.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct Discovery {
  Cursor cursor;                     // as it is now
  std::int64_t events = 0;           // found, and in metrics_dirty
  std::int64_t without_project = 0;  // found, but of no project (NULL or no UUID): in metrics_quarantine
  std::vector<LockHolder> holders;   // of the cursor's gaps
};

// One transaction, read committed: finds the events that became visible since the last discovery, marks them and moves
// the cursor. Never waits for a writer of events; waits for another discovery. Where nothing is new it writes nothing.
// The first one takes everything visible as the baseline and marks nothing. Safe to repeat after a commit in doubt.
// Memory: some 10,000 events at a time, and the ranges of ids between which some are missing.
// Errors: tidemark::Error of kind failed where no watermark can rest on event_log (see event_source.hpp).
Discovery discover_events(Session& session, Instant now);

}  // namespace tidemark::readmodel
