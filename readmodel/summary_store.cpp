#include "readmodel/summary_store.hpp"

#include "readmodel/checkpoint.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

TableDiff<SummaryRow> compare(Transaction& tx, const SummaryWrite& write, const std::vector<SummaryRow>& rows) {
  return diff_table(tx.exec(sql::live_summaries, {write.project_id, write.captured_at}), rows,
                    [](const SummaryRow& finished, const RowReader& stored) {
                      return stored.view(1) == kContractVersion && stored.view(2) == finished.payload;
                    });
}

}  // namespace

TableCounts write_summaries(Session& session, const SummaryWrite& write, const std::vector<SummaryRow>& rows) {
  {
    Transaction tx(session, Isolation::read_committed);
    const auto diff = compare(tx, write, rows);
    if (diff.empty()) return {0, diff.unchanged, 0};
  }
  Transaction tx(session, Isolation::read_committed);
  lock_checkpoint(tx, {write.project_id, kSnapshotJob});
  const auto diff = compare(tx, write, rows);  // a few rows: comparing them again is cheaper than asking who was faster
  TableCounts counts{0, diff.unchanged, 0};
  if (diff.empty()) return counts;
  if (!diff.vanished.empty())
    counts.deleted =
        static_cast<std::int64_t>(tx.exec(sql::delete_summaries, {write.project_id, diff.vanished}).affected_rows());
  if (!diff.changed.empty()) {
    std::vector<Uuid> ids;
    std::vector<std::string> scopes, payloads;
    for (const auto* row : diff.changed) {
      ids.push_back(row->id);
      scopes.push_back(row->scope);
      payloads.push_back(row->payload);
    }
    const auto done = tx.exec(sql::upsert_summaries, {write.project_id, write.captured_at, write.created_at,
                                                      kContractVersion, ids, scopes, payloads});
    counts.written = static_cast<std::int64_t>(done.affected_rows());
  }
  advance_checkpoint(tx, {write.project_id, kSnapshotJob}, write.created_at, std::nullopt);
  tx.commit();
  return counts;
}

}  // namespace tidemark::readmodel
