#include "readmodel/repair.hpp"

#include <fmt/format.h>

#include "readmodel/checkpoint.hpp"
#include "readmodel/statements.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::readmodel {
namespace {

constexpr const char* kSerializationFailure = "40001";

}  // namespace

WriteCounts repair_rows(Session& session, const ProjectWrite& write, const Comparison& comparison) {
  Transaction tx(session, Isolation::read_committed);
  // Every writer of the project moves the token: where it is the snapshot's, what was compared is what is stored.
  if (lock_checkpoint(tx, {write.project_id}) != write.fencing_token)
    throw Error(ErrorKind::failed,
                fmt::format("another run wrote project {} after this one had compared it; run it again",
                            to_string(write.project_id)),
                {kSerializationFailure, "repair_rows"});
  const RowOrigin origin{write.project_id, write.computed_at};
  WriteCounts counts;
  counts.trend = apply_diff<TrendTable>(tx, origin, comparison.trend);
  counts.breakdown = apply_diff<BreakdownTable>(tx, origin, comparison.breakdown);
  counts.drilldown = apply_diff<DrilldownTable>(tx, origin, comparison.drilldown);
  // What made the rows wrong may also have gone into what the next refresh builds on: without it, that is a whole one.
  tx.exec(sql::purge_project_memory, {write.project_id});
  write_data_versions(tx, write.project_id, write.state, write.computed_at, counts.changed_families());
  advance_checkpoint(tx, {write.project_id}, write.computed_at, std::nullopt);
  tx.commit();
  return counts;
}

}  // namespace tidemark::readmodel
