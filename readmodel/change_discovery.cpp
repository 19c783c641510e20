#include "readmodel/change_discovery.hpp"

#include <algorithm>

#include "readmodel/change_sources.hpp"
#include "readmodel/source_counts.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/sources/source_discovery.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr Micros kSweepInterval = kMinute;
constexpr Micros kCountInterval = kMinute;
constexpr int kRowsReadAgain = 1000;

// metrics_change_cursor, and what it means now.
struct ChangeCursor {
  bool stored = false;
  Instant moved_at;
  Instant swept_at;
  std::optional<Instant> counted_at;
  std::optional<std::int64_t> activity;
  Instant low;                       // the overlap begins after it
  std::optional<Instant> recent;     // see read_change_cursors.sql
  std::optional<std::string> ahead;  // as text: it may be infinity
};

// A clock that was set back makes everything due.
bool due(Instant last, Micros interval, Instant now) { return now - last >= interval || now < last; }

std::vector<ChangeCursor> read_cursors(Transaction& tx, const std::vector<std::string>& tables, Instant now) {
  const auto overlap = std::to_string(kChangeOverlap.count()) + " microseconds";
  std::vector<ChangeCursor> cursors;
  for (const auto& stored : tx.exec(sql::read_change_cursors, {tables, now, overlap, kRowsReadAgain})) {
    RowReader row(stored);
    auto& cursor = cursors.emplace_back();
    cursor.stored = !row.null(1);
    cursor.moved_at = cursor.stored ? row.instant(1) : now;
    cursor.swept_at = cursor.stored ? row.instant(2) : now;
    cursor.counted_at = row.optional_instant(3);
    if (!row.null(4)) cursor.activity = row.integer(4);
    cursor.low = row.instant(5);
    cursor.recent = row.optional_instant(6);
    cursor.ahead = row.optional_text(7);
  }
  return cursors;
}

// Where few rows were reported every look reads the whole overlap. Where many were, only while there may be commits
// within it: an overlap after the newest change that was found, the last sweep has seen them.
bool reads_all(const ChangeCursor& cursor, Instant now) {
  if (!cursor.recent && !cursor.ahead) return true;
  const bool commits_awaited = cursor.ahead || cursor.swept_at < cursor.moved_at + kChangeOverlap;
  return commits_awaited && due(cursor.swept_at, kSweepInterval, now);
}

// Marks what changed. The cursor's times follow.
void mark_changes(Transaction& tx, const Statement& statement, ChangeCursor& cursor, Instant now,
                  ChangeDiscovery& discovery) {
  const bool all = reads_all(cursor, now);
  const Param low{all ? cursor.low : cursor.recent.value_or(cursor.low)};
  const Param ahead = all || !cursor.ahead ? Param{now} : Param{*cursor.ahead};
  const auto counted = tx.exec(statement, {low, now, ahead, now});
  const auto stored = counted[0];
  RowReader row(stored);
  const auto found = row.integer(0);
  const auto marked = row.integer(1);
  discovery.rows += marked;
  discovery.without_project += found - marked;
  if (found > 0) cursor.moved_at = now;
  if (all && (found > 0 || cursor.recent || cursor.ahead)) cursor.swept_at = now;
}

void mark_losses(Transaction& tx, const ChangeStatements& statements, const ChangeSource& source, ChangeCursor& cursor,
                 Instant now, ChangeDiscovery& discovery) {
  if (!source.activity || *source.bytes > kSmallSourceBytes || source.activity == cursor.activity) return;
  if (cursor.counted_at && !due(*cursor.counted_at, kCountInterval, now)) return;
  discovery.lost_rows += mark_lost_rows(tx, statements, now);
  cursor.activity = source.activity;
  cursor.counted_at = now;
}

void discover(Transaction& tx, const ChangeSource& source, const ChangeCursor& stored, Instant now,
              ChangeDiscovery& discovery) {
  const auto& all = change_statements();
  const auto statements = std::find_if(all.begin(), all.end(), [&](auto& each) { return each.table == source.table; });
  auto cursor = stored;
  mark_changes(tx, statements->mark, cursor, now, discovery);
  mark_losses(tx, *statements, source, cursor, now, discovery);
  if (cursor.moved_at != stored.moved_at) tx.exec(sql::purge_change_seen, {source.table, stored.low});
  if (!stored.stored || cursor.moved_at != stored.moved_at || cursor.swept_at != stored.swept_at ||
      cursor.counted_at != stored.counted_at)
    tx.exec(sql::put_change_cursor,
            {source.table, now, cursor.moved_at, cursor.swept_at, cursor.counted_at, cursor.activity});
}

}  // namespace

ChangeDiscovery discover_changes(Session& session, Instant now) {
  Transaction tx(session, Isolation::read_committed);
  ChangeDiscovery discovery;
  std::vector<ChangeSource> sources;
  for (auto& source : find_change_sources(tx)) {
    if (source.method == ChangeMethod::capture) discovery.captured.push_back(source.table);
    if (source.method == ChangeMethod::cursor) sources.push_back(std::move(source));
  }
  if (sources.empty()) return discovery;
  const SourceCapabilities capabilities = assess_sources(tx);
  std::erase_if(sources, [&](const ChangeSource& source) { return !capabilities.has(source.table); });
  for (const auto& source : sources) discovery.by_cursor.push_back(source.table);
  tx.exec(sql::begin_change_discovery);
  const auto cursors = read_cursors(tx, discovery.by_cursor, now);
  for (std::size_t i = 0; i < sources.size(); ++i) discover(tx, sources[i], cursors[i], now, discovery);
  tx.commit();
  return discovery;
}

}  // namespace tidemark::readmodel
