#include "readmodel/stored_work.hpp"

#include <charconv>

#include "readmodel/copy_writer.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

std::optional<std::string> optional_text(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional<std::string>{field.c_str()};
}

std::optional<std::int64_t> whole_number(const pqxx::field& field) {
  const std::string_view text{field.c_str(), field.size()};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Instant instant_of(const pqxx::field& field) { return Instant{Micros{whole_number(field).value_or(0)}}; }

ImportedTask stored_task(const pqxx::row& row, const Uuid& id) {
  ImportedTask task;
  task.id = id;
  task.project_id = parse_uuid(row[1].c_str()).value_or(Uuid{});
  task.short_id = row[2].c_str();
  task.title = row[3].c_str();
  task.state = row[4].c_str();
  task.priority = row[5].c_str();
  task.sequence = whole_number(row[6]).value_or(0);
  task.task_class = optional_text(row[7]);
  task.capability_tags = row[8].c_str();
  task.created_by = optional_text(row[9]);
  task.created_at = instant_of(row[10]);
  task.updated_at = instant_of(row[11]);
  return task;
}

// nullopt: no import has written this row.
std::optional<WorkSnapshot> stored_snapshot(const pqxx::row& row) {
  const auto id = parse_uuid(row[1].c_str());
  const auto sequence = whole_number(row[3]);
  const auto state = row[4].is_null() ? std::nullopt : parse_task_state(row[4].c_str());
  if (!id || !sequence || !state) return std::nullopt;
  return WorkSnapshot{
      *id, instant_of(row[2]), *sequence, *state, optional_text(row[5]), optional_text(row[7]), optional_text(row[6])};
}

}  // namespace

std::unordered_map<Uuid, StoredWork> read_stored_work(Transaction& transaction, std::string_view log,
                                                      const std::vector<Uuid>& task_ids) {
  transaction.exec(sql::import_lock_log, {log});
  transaction.exec(sql::import_stage_touched);
  CopyWriter rows(transaction, "import_touched", {"id"});
  for (const auto& id : task_ids) rows.write({to_string(id)});
  rows.complete();

  std::unordered_map<Uuid, StoredWork> stored;
  for (const auto& row : transaction.exec(sql::import_read_tasks))
    if (const auto id = parse_uuid(row[0].c_str())) stored[*id].task = stored_task(row, *id);
  for (const auto& row : transaction.exec(sql::import_read_events)) {
    const auto id = parse_uuid(row[0].c_str());
    if (auto snapshot = stored_snapshot(row); id && snapshot) stored[*id].snapshots.push_back(std::move(*snapshot));
  }
  return stored;
}

}  // namespace tidemark::readmodel
