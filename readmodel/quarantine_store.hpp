// Source rows that could not be used, each with its reason and the row itself. An entry opens when a run reports a row,
// and is resolved when a later run of the project no longer does. Spec: product, promise 7; storage, "Operational
// tables".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Whose entries they are, and when the run looked.
struct QuarantineScope {
  std::optional<Uuid> project_id;  // nullopt: rows of no known project
  Instant seen_at;
};

struct QuarantineDiff {
  std::vector<QuarantineRow> reported;  // new, reopened, of another reason, or not renewed for a day
  std::vector<std::pair<std::string, std::string>> unreported;  // open entries to resolve: source, key

  bool empty() const { return reported.empty() && unreported.empty(); }
};

// How the reason of a change begins that came when its buckets could no longer be computed. No later run sees it as
// one, so each reports the entries there are again.
inline constexpr std::string_view kLateChange = "late change: ";

// The open entries of that kind.
std::vector<QuarantineRow> open_late_changes(Transaction& tx, const Uuid& project_id);

// Compares what a run reports with what is stored. An entry that is open with the same reason is left alone until it
// was last seen a day ago, so that an unchanged run writes nothing. A row reported for several reasons keeps the
// bytewise first one.
QuarantineDiff diff_quarantine(Transaction& tx, const QuarantineScope& scope, const std::vector<QuarantineRow>& rows);

// Writes the difference, with each row's JSON as the source has it now. Returns the entries opened, renewed or
// resolved.
std::int64_t apply_quarantine(Transaction& tx, const QuarantineScope& scope, const QuarantineDiff& diff);

// Both, in a transaction of its own that does not write where nothing differs. For rows outside a project's write.
std::int64_t store_quarantine(Session& session, const QuarantineScope& scope, const std::vector<QuarantineRow>& rows);

}  // namespace tidemark::readmodel
