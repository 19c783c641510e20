#include "readmodel/memory_store.hpp"

#include <unordered_map>

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

std::vector<TaskTimeline> read_timelines(const pqxx::result& found) {
  std::vector<TaskTimeline> timelines;
  timelines.reserve(static_cast<std::size_t>(found.size()));
  for (const auto& stored : found) {
    RowReader row(stored);
    timelines.push_back({row.uuid(0), row.instant(1), row.optional_instant(2), row.view(3) == "t", row.text(4)});
  }
  return timelines;
}

void write_timelines(Transaction& tx, const Uuid& project_id, const std::vector<TaskTimeline>& timelines) {
  std::vector<Uuid> tasks;
  std::vector<Instant> first;
  std::vector<std::optional<Instant>> settled;
  std::vector<std::string> live, attributes;
  for (const auto& timeline : timelines) {
    tasks.push_back(timeline.task_id);
    first.push_back(timeline.first_at);
    settled.push_back(timeline.settled_at);
    live.emplace_back(timeline.live ? "t" : "f");
    attributes.push_back(timeline.attributes);
  }
  tx.exec(sql::upsert_timelines, {project_id, tasks, first, settled, live, attributes});
}

}  // namespace

std::optional<ProjectMemory> read_memory(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& others) {
  const auto found = tx.exec(sql::read_project_memory, {project_id});
  if (found.empty()) return std::nullopt;
  const auto stored = found[0];
  auto memory = parse_memory(RowReader{stored}.view(0));
  if (memory) memory->tasks = read_timelines(tx.exec(sql::read_live_timelines, {project_id, others}));
  return memory;
}

std::vector<TaskTimeline> read_timelines(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& tasks) {
  return read_timelines(tx.exec(sql::read_timelines_of, {project_id, tasks}));
}

bool is_missed(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& tasks) {
  return !tx.exec(sql::find_named_in_quarantine, {project_id, tasks}).empty();
}

MemoryDiff diff_memory(Transaction& tx, const Uuid& project_id, const ProjectMemory& finished,
                       const ProjectMemory* earlier) {
  MemoryDiff diff;
  std::optional<ProjectMemory> stored_memory;
  if (earlier == nullptr) {
    stored_memory = read_memory(tx, project_id, {});
    if (stored_memory) stored_memory->tasks = read_timelines(tx.exec(sql::read_timelines, {project_id}));
    earlier = stored_memory ? &*stored_memory : nullptr;
  }
  auto text = memory_text(finished);
  if (earlier == nullptr || memory_text(*earlier) != text) diff.text = std::move(text);
  std::unordered_map<Uuid, TaskTimeline> known;
  if (earlier != nullptr)
    for (const auto& timeline : earlier->tasks) known.emplace(timeline.task_id, timeline);
  for (const auto& timeline : finished.tasks) {
    const auto stored = known.find(timeline.task_id);
    if (stored == known.end() || stored->second != timeline) diff.changed.push_back(timeline);
    if (stored != known.end()) known.erase(stored);
  }
  for (const auto& [task, timeline] : known) diff.vanished.push_back(task);
  return diff;
}

void apply_memory(Transaction& tx, const Uuid& project_id, const MemoryDiff& diff) {
  if (!diff.vanished.empty()) tx.exec(sql::delete_timelines, {project_id, diff.vanished});
  if (!diff.changed.empty()) write_timelines(tx, project_id, diff.changed);
  if (!diff.text.empty()) tx.exec(sql::write_project_memory, {project_id, diff.text});
}

DirtyRows read_dirty(Transaction& tx, const Uuid& project_id) {
  DirtyRows dirty;
  for (const auto& stored : tx.exec(sql::read_dirty, {project_id})) {
    RowReader row(stored);
    dirty.ids.push_back(row.integer(0));
    SourceChange change{row.text(1), row.text(2), row.optional_uuid(3), {}};
    change.since = row.optional_instant(4);
    // An instant that no row can hold concerns everything.
    if (!row.readable()) {
      change.task_id = std::nullopt;
      change.since = std::nullopt;
    }
    dirty.changes.push_back(std::move(change));
  }
  return dirty;
}

void mark_projects(Transaction& tx, const std::vector<Uuid>& projects, Instant now) {
  if (projects.empty()) return;
  std::vector<std::string> ids;
  for (const auto& project : projects) ids.push_back(to_string(project));
  const std::vector<std::optional<std::string>> unknown(projects.size());
  tx.exec(sql::add_dirty_rows, {"project", now, projects, ids, unknown, unknown});
}

void delete_dirty(Transaction& tx, const Uuid& project_id, const std::vector<std::int64_t>& ids) {
  if (!ids.empty()) tx.exec(sql::delete_dirty, {project_id, ids});
}

}  // namespace tidemark::readmodel
