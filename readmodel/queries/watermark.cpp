#include "readmodel/queries/watermark.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "readmodel/source_cursor.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// What the cursor knows of those it waits for, by transaction.
std::map<std::string, LockHolder> holders_of(const Cursor& cursor) {
  std::map<std::string, LockHolder> holders;
  const auto add = [&](const Wait& wait, std::uint64_t ids) {
    for (const auto& transaction : wait.holders) {
      auto [at, added] = holders.try_emplace(transaction);
      auto& holder = at->second;
      holder.transaction = transaction;
      holder.since = added ? wait.since : std::min(holder.since, wait.since);
      holder.ids += ids;
    }
  };
  if (cursor.baseline_wait) add(*cursor.baseline_wait, 0);
  for (const auto& gap : cursor.gaps) add(gap.wait, count_ids(gap.ids));
  return holders;
}

}  // namespace

std::vector<LockHolder> list_lock_holders(Transaction& tx, const Cursor& cursor) {
  auto known = holders_of(cursor);
  if (known.empty()) return {};
  std::vector<std::string> transactions;
  for (const auto& [transaction, holder] : known) transactions.push_back(transaction);
  std::vector<LockHolder> holders;
  for (const auto& stored : tx.exec(sql::describe_lock_holders, {transactions})) {
    RowReader row(stored);
    auto& holder = holders.emplace_back(std::move(known.at(row.text(0))));
    holder.pid = row.optional_int(1);
    holder.application = row.text(2);
    holder.gid = row.optional_text(3);
    holder.started = row.optional_instant(4);
  }
  std::sort(holders.begin(), holders.end(), [](const LockHolder& a, const LockHolder& b) {
    return std::tie(a.since, a.transaction) < std::tie(b.since, b.transaction);
  });
  return holders;
}

std::optional<WatermarkStatus> read_watermark(Transaction& tx) {
  auto stored = read_source_cursor(tx, kEventLog);
  if (!stored) return std::nullopt;
  auto holders = list_lock_holders(tx, stored->cursor);
  return WatermarkStatus{std::move(stored->cursor), stored->moved_at, std::move(holders)};
}

DirtyCount count_dirty(Transaction& tx) {
  const auto counted = tx.exec(sql::count_dirty_rows);
  const auto stored = counted[0];
  RowReader row(stored);
  return {row.integer(0), row.integer(1)};
}

std::int64_t count_dirty(Transaction& tx, const Uuid& project_id) {
  const auto counted = tx.exec(sql::count_project_dirty, {project_id});
  const auto stored = counted[0];
  return RowReader{stored}.integer(0);
}

}  // namespace tidemark::readmodel
