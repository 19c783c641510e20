#include "readmodel/checkpoint.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

Checkpoint read_checkpoint(Transaction& tx, const CheckpointKey& key) {
  Checkpoint checkpoint;
  for (const auto& stored : tx.exec(sql::read_checkpoint, {key.project_id, key.job})) {
    RowReader row(stored);
    checkpoint.fencing_token = row.integer(0);
    if (!row.null(1)) checkpoint.watermark = row.integer(1);
    checkpoint.last_success = row.optional_instant(2);
  }
  return checkpoint;
}

std::int64_t lock_checkpoint(Transaction& tx, const CheckpointKey& key) {
  auto locked = tx.exec(sql::lock_checkpoint, {key.project_id, key.job});
  if (locked.empty()) {
    tx.exec(sql::add_checkpoint, {key.project_id, key.job});
    locked = tx.exec(sql::lock_checkpoint, {key.project_id, key.job});
  }
  return RowReader{locked[0]}.integer(0);
}

void advance_checkpoint(Transaction& tx, const CheckpointKey& key, Instant computed_at,
                        std::optional<std::int64_t> watermark) {
  tx.exec(sql::advance_checkpoint, {key.project_id, key.job, computed_at, watermark});
}

}  // namespace tidemark::readmodel
