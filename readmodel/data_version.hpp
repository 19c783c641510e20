// What readers may rely on: per project and metric family a version that moves only when rows did, the as-of that the
// rows stand for, and the definitions that they were computed with. Spec: storage, "Operational tables"; contract,
// "meta"; jobs, "Incremental refresh", rule 7.
//
// Invariant: a transaction that writes a project's rows brings all families to the same as-of and the definitions in
// force, so families differ in their version only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "contracts/definition.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// What rows stand for.
struct SourceState {
  Instant as_of;
  std::optional<std::int64_t> watermark;  // event_log.id that they contain; nullopt: not read by watermark
  friend bool operator==(const SourceState&, const SourceState&) = default;
};

struct DataVersion {
  std::int64_t version = 0;
  SourceState state;
  std::string definition_hash;                     // of the family; "unknown" where nobody recorded it
  std::map<std::string, std::string> definitions;  // the hash of each metric
  Instant updated_at;                              // when any of it changed

  // The definition that the metric's rows were computed with. Empty: not known.
  std::string definition_of(std::string_view metric_key) const;
};

using DataVersions = std::map<MetricFamily, DataVersion>;

// Empty: nothing has been computed yet.
DataVersions read_data_versions(Transaction& tx, const Uuid& project_id);

// Whether the family's rows were computed with the definitions in force. If not, it has to be computed whole.
bool has_definitions_in_force(const DataVersions& versions, MetricFamily family);

// Whether every family stands for `as_of`, by the definitions in force. A watermark that moved by other projects'
// events alone says nothing new of this one.
bool stands_for(const DataVersions& versions, Instant as_of);

// The newest as-of. nullopt: nothing has been computed yet.
std::optional<Instant> newest_as_of(const DataVersions& versions);

// Records that the rows of every family stand for `state` by the definitions in force, and raises the version of those
// that `changed`. Requires: the project's checkpoint is locked.
void write_data_versions(Transaction& tx, const Uuid& project_id, const SourceState& state, Instant computed_at,
                         const std::set<MetricFamily>& changed);

}  // namespace tidemark::readmodel
