#include "readmodel/quarantine_store.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "contracts/json_text.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

using Key = std::pair<std::string, std::string>;  // source, key

struct RawStatement {
  std::string_view source;
  const Statement& statement;
};

// The tables whose rows may be set aside, each with the statement that shows them.
const std::array<RawStatement, 13> kRawStatements{{
    {"project", sql::raw_project},
    {"phase", sql::raw_phase},
    {"milestone", sql::raw_milestone},
    {"task", sql::raw_task},
    {"event_log", sql::raw_event_log},
    {"lease", sql::raw_lease},
    {"gate_rule", sql::raw_gate_rule},
    {"gate_decision", sql::raw_gate_decision},
    {"gate_candidate_link", sql::raw_gate_candidate_link},
    {"integration_attempt", sql::raw_integration_attempt},
    {"artifact", sql::raw_artifact},
    {"dependency_edge", sql::raw_dependency_edge},
    {"plan_change_set", sql::raw_plan_change_set},
}};

bool is_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::map<Key, std::string> reasons_by_key(const std::vector<QuarantineRow>& rows) {
  std::map<Key, std::string> reasons;
  for (const auto& row : rows) {
    const auto [at, added] = reasons.try_emplace({row.source, row.source_key}, row.reason);
    if (!added) at->second = std::min(at->second, row.reason);
  }
  return reasons;
}

Uuid entry_id(const QuarantineScope& scope, const QuarantineRow& row) {
  const auto project = scope.project_id ? string_text(to_string(*scope.project_id)) : "null";
  return uuid_v5(tidemark_namespace(), "[\"metrics_quarantine\"," + project + ',' + string_text(row.source) + ',' +
                                           string_text(row.source_key) + ']');
}

// The keys of the rows reported of a source. An event's key is looked up by its index as an integer, which it must be.
std::vector<std::string> keys_of(std::string_view source, const std::vector<QuarantineRow>& rows) {
  std::vector<std::string> keys;
  for (const auto& row : rows)
    if (row.source == source && (source != "event_log" || is_integer(row.source_key))) keys.push_back(row.source_key);
  return keys;
}

std::vector<std::string> spellings_of(const std::vector<std::string>& keys) {
  std::vector<std::string> spelled;
  for (const auto& key : keys)
    for (auto& spelling : id_spellings(key)) spelled.push_back(std::move(spelling));
  return spelled;
}

// The reported rows as the sources have them, one statement per source table concerned.
std::map<Key, std::string> read_raw_rows(Transaction& tx, const QuarantineScope& scope,
                                         const std::vector<QuarantineRow>& rows) {
  std::map<Key, std::string> raw;
  for (const auto& [source, statement] : kRawStatements) {
    const auto keys = keys_of(source, rows);
    if (keys.empty()) continue;
    const auto collect = [&, source = source](const pqxx::result& result) {
      for (const auto& stored : result) {
        const RowReader found(stored);
        raw.emplace(Key{source, found.id(0)}, found.text(1));
      }
    };
    const auto wanted = raw.size() + keys.size();
    const auto spelled = source == "event_log" ? keys : spellings_of(keys);
    if (source == "project") {
      collect(tx.exec(statement, {spelled}));
      continue;
    }
    // A column of type uuid answers to any spelling of the project's id, a text column to its own.
    if (!scope.project_id) continue;
    for (const auto& project_id : id_spellings(to_string(*scope.project_id)))
      if (raw.size() < wanted) collect(tx.exec(statement, {spelled, project_id}));
  }
  return raw;
}

void write_reported(Transaction& tx, const QuarantineScope& scope, const std::vector<QuarantineRow>& rows) {
  const auto raw_rows = read_raw_rows(tx, scope, rows);
  std::vector<Uuid> ids;
  std::vector<std::string> sources, keys, reasons;
  std::vector<std::optional<std::string>> raw;
  for (const auto& row : rows) {
    const auto found = raw_rows.find({row.source, row.source_key});
    // What its owner has deleted, as the sources' retention says, came too late for nothing.
    if (found == raw_rows.end() && row.reason.rfind(kLateChange, 0) == 0) continue;
    ids.push_back(entry_id(scope, row));
    sources.push_back(row.source);
    keys.push_back(row.source_key);
    reasons.push_back(row.reason);
    raw.push_back(found == raw_rows.end() ? std::nullopt : std::optional{found->second});
  }
  tx.exec(sql::upsert_quarantine, {scope.project_id, scope.seen_at, ids, sources, keys, reasons, raw});
}

}  // namespace

std::vector<QuarantineRow> open_late_changes(Transaction& tx, const Uuid& project_id) {
  std::vector<QuarantineRow> late;
  for (const auto& stored : tx.exec(sql::read_late_changes, {project_id, std::string{kLateChange} + "%"})) {
    const RowReader entry(stored);
    late.push_back({entry.text(0), entry.text(1), entry.text(2)});
  }
  return late;
}

QuarantineDiff diff_quarantine(Transaction& tx, const QuarantineScope& scope, const std::vector<QuarantineRow>& rows) {
  auto reasons = reasons_by_key(rows);
  QuarantineDiff diff;
  for (const auto& stored : tx.exec(sql::read_quarantine, {scope.project_id})) {
    RowReader entry(stored);
    const Key key{entry.text(0), entry.text(1)};
    const bool open = entry.null(4);
    const auto reported = reasons.find(key);
    if (reported == reasons.end()) {
      if (open) diff.unreported.push_back(key);
      continue;
    }
    const bool recent = scope.seen_at - entry.instant(3) < kDay;
    if (open && recent && reported->second == entry.view(2)) reasons.erase(reported);
  }
  for (auto& [key, reason] : reasons) diff.reported.push_back({key.first, key.second, reason});
  return diff;
}

std::int64_t apply_quarantine(Transaction& tx, const QuarantineScope& scope, const QuarantineDiff& diff) {
  if (!diff.reported.empty()) write_reported(tx, scope, diff.reported);
  if (!diff.unreported.empty()) {
    std::vector<std::string> sources, keys;
    for (const auto& [source, key] : diff.unreported) {
      sources.push_back(source);
      keys.push_back(key);
    }
    tx.exec(sql::resolve_quarantine, {scope.project_id, scope.seen_at, sources, keys});
  }
  return static_cast<std::int64_t>(diff.reported.size() + diff.unreported.size());
}

std::int64_t store_quarantine(Session& session, const QuarantineScope& scope, const std::vector<QuarantineRow>& rows) {
  Transaction tx(session, Isolation::read_committed);
  const auto diff = diff_quarantine(tx, scope, rows);
  if (diff.empty()) return 0;
  const auto changes = apply_quarantine(tx, scope, diff);
  tx.commit();
  return changes;
}

}  // namespace tidemark::readmodel
