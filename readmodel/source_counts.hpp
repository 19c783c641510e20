// Deletions leave no instant behind. What a small source has of each project is counted, and a project that has fewer
// of the rows that were there at the last count is recomputed as a whole. Spec: jobs, "Incremental refresh", rule 2.
#pragma once

#include "readmodel/change_sources.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// A table up to this size is counted: some 100,000 rows, some 15 ms.
inline constexpr std::int64_t kSmallSourceBytes = std::int64_t{16} << 20;

// Counts the source's rows, compares with the last count and keeps what is new of it. Only rows created up to the
// newest of the last count are compared, so rows that came since hide no deletion. Returns how many projects lost rows:
// each has a metrics_dirty row without task or instant. The first count of a source finds none.
std::int64_t mark_lost_rows(Transaction& tx, const ChangeStatements& source, Instant now);

}  // namespace tidemark::readmodel
