#include "readmodel/source_cursor.hpp"

#include <nlohmann/json.hpp>

#include "contracts/json_text.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

using Json = nlohmann::json;

Json wait_json(const Wait& wait) {
  return {{"holders", wait.holders},
          {"server_start", format_instant(wait.server_start)},
          {"since", format_instant(wait.since)}};
}

Wait wait_of(const Json& json) {
  return {json.at("holders").get<std::vector<std::string>>(),
          parse_instant(json.at("server_start").get<std::string>()).value(),
          parse_instant(json.at("since").get<std::string>()).value()};
}

Json gap_json(const Gap& gap) {
  Json json = wait_json(gap.wait);
  Json& ids = json["ids"] = Json::array();
  for (const auto& range : gap.ids) ids.push_back({range.first, range.last});
  return json;
}

Gap gap_of(const Json& json) {
  Gap gap{{}, wait_of(json)};
  for (const auto& range : json.at("ids"))
    gap.ids.push_back({range.at(0).get<std::int64_t>(), range.at(1).get<std::int64_t>()});
  return gap;
}

std::optional<std::string> baseline_text(const Cursor& cursor) {
  if (!cursor.baseline_wait) return std::nullopt;
  return stored_form(wait_json(*cursor.baseline_wait));
}

std::string gaps_text(const Cursor& cursor) {
  Json gaps = Json::array();
  for (const auto& gap : cursor.gaps) gaps.push_back(gap_json(gap));
  return stored_form(gaps);
}

// The row is Tidemark's own; what cannot be read was edited by somebody.
Cursor cursor_of(RowReader& row) {
  try {
    Cursor cursor;
    cursor.watermark = row.integer(0);
    cursor.baseline = row.integer(1);
    if (!row.null(2)) cursor.baseline_wait = wait_of(Json::parse(row.view(2)));
    for (const auto& gap : Json::parse(row.view(3))) cursor.gaps.push_back(gap_of(gap));
    return cursor;
  } catch (const std::exception& e) {
    throw Error(ErrorKind::failed, std::string{"metrics_source_cursor holds what Tidemark did not write ("} + e.what() +
                                       "); restore the row, or delete it and compute every project from scratch");
  }
}

}  // namespace

std::optional<StoredCursor> read_source_cursor(Transaction& tx, std::string_view source) {
  for (const auto& stored : tx.exec(sql::read_source_cursor, {source})) {
    RowReader row(stored);
    return StoredCursor{cursor_of(row), row.instant(4)};
  }
  return std::nullopt;
}

std::optional<Cursor> lock_source_cursor(Transaction& tx, std::string_view source) {
  for (const auto& stored : tx.exec(sql::lock_source_cursor, {source})) {
    RowReader row(stored);
    return cursor_of(row);
  }
  return std::nullopt;
}

void add_source_cursor(Transaction& tx, std::string_view source, const Cursor& cursor, Instant now) {
  tx.exec(sql::add_source_cursor, {source, cursor.watermark, baseline_text(cursor), now});
}

void move_source_cursor(Transaction& tx, std::string_view source, const Cursor& cursor, Instant now) {
  tx.exec(sql::move_source_cursor, {source, cursor.watermark, baseline_text(cursor), gaps_text(cursor), now});
}

}  // namespace tidemark::readmodel
