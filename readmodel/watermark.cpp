#include "readmodel/watermark.hpp"

#include <limits>

#include "readmodel/event_source.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/source_cursor.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/sources/source_ids.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr std::size_t kBatchEvents = 10'000;

// One less than the smallest id: nothing is at or below it.
std::int64_t before_first(const EventSource& source) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  return source.first_id == kLeast ? kLeast : source.first_id - 1;
}

// Statements (a) and (b), in this order, each with a snapshot of its own.
Observation observe(Transaction& tx, const EventSource& source) {
  Observation seen;
  seen.newest_id = before_first(source);
  for (const auto& stored : tx.exec(sql::read_newest_event)) {
    RowReader row(stored);
    if (!row.null(0)) seen.newest_id = row.integer(0);
  }
  for (const auto& stored : tx.exec(sql::read_event_writers, {source.sequence})) {
    RowReader row(stored);
    seen.server_start = row.instant(0);
    if (!row.null(1)) seen.holders.push_back(row.text(1));
  }
  return seen;
}

struct Found {
  IdRanges ids;
  std::int64_t events = 0;
  std::int64_t without_project = 0;
};

void mark(Transaction& tx, const pqxx::result& events, Found& found, Instant now) {
  std::vector<Uuid> projects;
  std::vector<std::string> ids;
  std::vector<std::optional<Uuid>> tasks;
  std::vector<std::optional<std::string>> instants;
  QuarantineDiff set_aside;
  for (const auto& stored : events) {
    RowReader row(stored);
    append_id(found.ids, row.integer(0));
    const auto project = row.uuid(1);
    if (row.readable()) {
      projects.push_back(project);
      ids.push_back(row.text(0));
      tasks.push_back(parse_source_uuid(row.view(2)));
      instants.push_back(row.optional_text(3));
    } else {
      set_aside.reported.push_back({std::string{kEventLog}, row.text(0), row.problem()});
    }
  }
  if (!ids.empty()) tx.exec(sql::add_dirty_rows, {kEventLog, now, projects, ids, tasks, instants});
  if (!set_aside.reported.empty()) apply_quarantine(tx, {std::nullopt, now}, set_aside);
  found.events += static_cast<std::int64_t>(ids.size());
  found.without_project += static_cast<std::int64_t>(set_aside.reported.size());
}

pqxx::result read_events(Transaction& tx, const IdRanges& ids) {
  std::vector<std::int64_t> firsts;
  std::vector<std::int64_t> lasts;
  for (const auto& range : ids) {
    firsts.push_back(range.first);
    lasts.push_back(range.last);
  }
  return tx.exec(sql::read_events_by_id, {firsts, lasts, kBatchEvents});
}

// Statement (c), in batches: each later than (b), which is all that matters.
Found mark_visible(Transaction& tx, const IdRanges& ids, Instant now) {
  Found found;
  for (auto left : split_ids(ids, kBatchEvents)) {
    while (!left.empty()) {
      const auto events = read_events(tx, left);
      mark(tx, events, found, now);
      const bool whole = static_cast<std::size_t>(events.size()) < kBatchEvents;
      left = whole ? IdRanges{} : ids_above(left, found.ids.back().last);
    }
  }
  return found;
}

Cursor lock_cursor(Transaction& tx, const EventSource& source, Instant now) {
  auto cursor = lock_source_cursor(tx, kEventLog);
  if (!cursor) {
    add_source_cursor(tx, kEventLog, first_cursor(observe(tx, source), now), now);
    cursor = lock_source_cursor(tx, kEventLog);
  }
  return *cursor;
}

}  // namespace

Discovery discover_events(Session& session, Instant now) {
  Transaction tx(session, Isolation::read_committed);
  const auto source = require_event_source(tx);
  // A row lock is a write: only who has something to do takes it.
  if (auto stored = read_source_cursor(tx, kEventLog); stored && is_idle(stored->cursor, observe(tx, source))) {
    auto holders = list_lock_holders(tx, stored->cursor);
    return {std::move(stored->cursor), 0, 0, std::move(holders)};
  }
  const auto cursor = lock_cursor(tx, source, now);
  const auto seen = observe(tx, source);
  const auto found = mark_visible(tx, ids_to_read(cursor, seen), now);
  auto next = advance(cursor, seen, found.ids, now);
  if (next != cursor) move_source_cursor(tx, kEventLog, next, now);
  auto holders = list_lock_holders(tx, next);
  tx.commit();
  return {std::move(next), found.events, found.without_project, std::move(holders)};
}

}  // namespace tidemark::readmodel
