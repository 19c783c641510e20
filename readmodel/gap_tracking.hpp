// What may still be missing below a watermark, and when it no longer can: the decisions of the watermark without its
// reading and writing. Pure: no database, no clock. The argument is in docs/adr/0010-watermark-by-locks.md.
//
// Invariant: an id at or below the watermark is in metrics_dirty (or was), or at or below the baseline, or in a gap, or
// will never be committed.
// Spec: jobs, "Incremental refresh", rule 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"

namespace tidemark::readmodel {

// Both ends included. Invariant: first <= last.
struct IdRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  friend bool operator==(const IdRange&, const IdRange&) = default;
};

// Invariant: ascending, disjoint, not adjacent.
using IdRanges = std::vector<IdRange>;

// `id` joins `ids`. Requires: it is above all of them.
void append_id(IdRanges& ids, std::int64_t id);
IdRanges unite(const IdRanges& a, const IdRanges& b);
IdRanges subtract(const IdRanges& ids, const IdRanges& taken);
// Those above `id`.
IdRanges ids_above(const IdRanges& ids, std::int64_t id);
// How many ids they hold; at the highest number there is where they hold more.
std::uint64_t count_ids(const IdRanges& ids);
// `ids` in order, cut between ranges so that each part holds `size` ids at most or is a single range.
std::vector<IdRanges> split_ids(const IdRanges& ids, std::uint64_t size);

// The transactions whose end has to be awaited: nobody else can commit what is missing.
struct Wait {
  std::vector<std::string> holders;  // pg_locks.virtualtransaction; ascending, not empty
  Instant server_start;              // of the server that said so: a restart ends all but prepared transactions
  Instant since;                     // when it was first seen
  friend bool operator==(const Wait&, const Wait&) = default;
};

// Ids that were not visible when their neighbours were, all waiting for the same transactions.
struct Gap {
  IdRanges ids;  // not empty
  Wait wait;
  friend bool operator==(const Gap&, const Gap&) = default;
};

// How far a source has been discovered.
struct Cursor {
  std::int64_t watermark = 0;         // H: no id at or below it is new, but those of `gaps`
  std::int64_t baseline = 0;          // H of the first discovery: ids up to it are left to the first full computation
  std::optional<Wait> baseline_wait;  // who may still commit an id up to the baseline; nullopt: nobody
  std::vector<Gap> gaps;              // above the baseline, by first id
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// What a discovery sees before it reads events. Requires: `newest_id` was read first, `holders` in a later statement,
// and events are read in statements after that.
struct Observation {
  std::int64_t newest_id = 0;        // the largest visible id; where there is none, one less than the first to be drawn
  std::vector<std::string> holders;  // who may have drawn an id and not ended; ascending, each once
  Instant server_start;
};

// The cursor that a source begins with: everything visible is left to the first full computation.
Cursor first_cursor(const Observation& seen, Instant now);

// Nothing to read and nothing to write: no new id, and nobody who was waited for has gone.
bool is_idle(const Cursor& cursor, const Observation& seen);

// What has to be read now: the new ids, and the gaps that a holder has left, for only its end can fill them.
IdRanges ids_to_read(const Cursor& cursor, const Observation& seen);

// Beyond so many ranges in all gaps, neighbouring ranges become one, so that a cursor stays small while a transaction
// stays open for hours. Ids between them are found once more when that transaction ends, which costs a computation and
// changes nothing.
inline constexpr std::size_t kMaxGapRanges = 10'000;

// The cursor after `found`, the visible ones of ids_to_read(), went to metrics_dirty.
Cursor advance(const Cursor& cursor, const Observation& seen, const IdRanges& found, Instant now);

}  // namespace tidemark::readmodel
