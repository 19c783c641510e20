// Makes the stored rows of a project those of a finished compute, in one transaction, or leaves everything alone: where
// nothing differs no statement that writes is sent, no row is locked and no WAL is made. Spec: storage, "The four
// tables"; jobs, "Incremental refresh", rules 3, 4 and 8.
//
// Two runs of one project may overlap. Each compares without a lock; one that found a difference takes the project's
// checkpoint row and looks at its fencing token, which moves with every write. If it moved, what was compared is no
// longer what is stored, and it is compared again under the lock, where nobody else writes.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/delivery_sources.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/retention.hpp"
#include "contracts/rows.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/row_writer.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// What a refresh knows besides its rows. Everything pointed to outlives the write.
struct RefreshTrail {
  const ProjectMemory* finished;             // for the next refresh
  const std::vector<std::int64_t>* handled;  // ids of metrics_dirty that the rows contain
  // Where the run was not a whole one, all three; else nullptr:
  const ProjectMemory* earlier = nullptr;   // what it started from
  const Extent* extent = nullptr;           // what it recomputed
  const ProjectSources* sources = nullptr;  // what it read: a row that it did not read stays in quarantine
  const std::vector<SourceChange>* changes = nullptr;
};

struct ProjectWrite {
  Uuid project_id;
  Instant computed_at;  // the run's clock: what new rows carry, and when quarantined rows were last seen
  SourceState state;    // what the rows stand for, by the definitions in force
  // The checkpoint's fencing token when the sources were read. Where it is given and has moved, the rows may be of
  // older sources than those stored, and nothing is written. nullopt: the later writer wins.
  std::optional<std::int64_t> fencing_token;
  std::optional<RefreshTrail> trail = std::nullopt;  // nullopt: only the rows
  Floors floors{};                                   // below which nothing was computed, and stored rows are left alone
  Floors new_floors{};  // of the metrics that have none stored yet, to go with their first rows
};

struct WriteCounts {
  TableCounts trend;
  TableCounts breakdown;
  TableCounts drilldown;
  std::int64_t quarantine_changes = 0;  // entries opened, changed or resolved

  std::int64_t written() const { return trend.written + breakdown.written + drilldown.written; }
  std::int64_t unchanged() const { return trend.unchanged + breakdown.unchanged + drilldown.unchanged; }
  std::int64_t deleted() const { return trend.deleted + breakdown.deleted + drilldown.deleted; }
  // The families of which rows were written or deleted.
  std::set<MetricFamily> changed_families() const;
};

// Writes the rows, the quarantine, what the next refresh builds on, the data versions (each raised only where rows of
// its family changed) and the checkpoint. Requires: the rows have their ids, and the ids of a table are distinct.
// Errors: tidemark::Error;
// retryable() where another run of the project came first (read the sources again), and where two writers met in spite
// of the lock.
WriteCounts write_project(Session& session, const ProjectWrite& write, const ProjectRows& rows);

}  // namespace tidemark::readmodel
