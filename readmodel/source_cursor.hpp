// The stored cursor of an append-only source. Spec: storage, "Operational tables", metrics_source_cursor.
#pragma once

#include <optional>
#include <string_view>

#include "readmodel/gap_tracking.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

inline constexpr std::string_view kEventLog = "event_log";

struct StoredCursor {
  Cursor cursor;
  Instant moved_at;  // by the newest discovery that found something
};

// nullopt: the source has never been discovered.
std::optional<StoredCursor> read_source_cursor(Transaction& tx, std::string_view source);

// The same under the row lock that serialises discoveries. Only a read-committed transaction sees, after waiting here,
// what the one before it committed.
std::optional<Cursor> lock_source_cursor(Transaction& tx, std::string_view source);

// Makes the row; nothing happens where another discovery was faster. Requires: `cursor` comes from first_cursor().
void add_source_cursor(Transaction& tx, std::string_view source, const Cursor& cursor, Instant now);

// Requires: lock_source_cursor() in this transaction.
void move_source_cursor(Transaction& tx, std::string_view source, const Cursor& cursor, Instant now);

}  // namespace tidemark::readmodel
