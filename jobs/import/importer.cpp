#include "jobs/import/importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "compute/worklog.hpp"
#include "jobs/import/mapping.hpp"
#include "jobs/import/work_log.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/memory_store.hpp"
#include "readmodel/session.hpp"
#include "readmodel/stored_work.hpp"

namespace tidemark::jobs {
namespace {

using readmodel::ImportBatch;
using readmodel::ImportedTask;
using readmodel::ImportedWork;
using readmodel::StoredWork;

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The rejects are written while the log is read: what is read must not be what is written.
void refuse_to_overwrite(const std::filesystem::path& input, const std::filesystem::path& rejects) {
  std::error_code not_there;
  if (input == rejects || std::filesystem::equivalent(input, rejects, not_there))
    throw Error(
        ErrorKind::usage,
        fmt::format("the rejects would overwrite {}, which is read; name another file with --rejects", input.string()));
}

std::filesystem::path default_rejects(const std::filesystem::path& log) {
  return (log == "-" ? std::string{"stdin"} : log.filename().string()) + ".rejects.csv";
}

// Who: two lines of one id differ in nothing else, and whichever came first, one of them is kept.
bool sooner(const WorkSnapshot& a, const WorkSnapshot& b) {
  if (compute::precedes(a, b) || compute::precedes(b, a)) return compute::precedes(a, b);
  return std::tie(a.assignee, a.resolver) < std::tie(b.assignee, b.resolver);
}

// Turns a log and what is stored of its tasks into the rows to write, and counts what became of the log's rows.
class BatchBuilder {
 public:
  BatchBuilder(const Mapping& mapping, ImportReport& report) : mapping_(mapping), report_(report) {
    report_.transitions = report_.repeats = report_.already_there = 0;
    batch_.log = mapping.name;
    batch_.gate_type = mapping.gate_type;
  }

  void add(const LoggedTask& logged, StoredWork stored) {
    ImportedWork work;
    std::vector<WorkSnapshot> history = own_snapshots(logged.id, std::move(stored.snapshots));
    for (const auto& snapshot : history) work.earlier.push_back(snapshot.id);
    work.added = added_snapshots(logged, work.earlier);
    history.insert(history.end(), work.added.begin(), work.added.end());
    std::sort(history.begin(), history.end(), compute::precedes);
    count(history, work.added);
    report_.already_there += static_cast<std::int64_t>(logged.snapshots.size() - work.added.size());
    work.history = compute::derive_history(history, mapping_.rules);
    work.task = task_row(logged, stored.task, history);
    if (mapping_.rules.gate)
      work.gate_rule_id = compute::log_gate_rule_id(mapping_.name, work.task.project_id, mapping_.gate_type);
    if (stored.task && stored.task->project_id != work.task.project_id) work.former_project = stored.task->project_id;
    batch_.work.push_back(std::move(work));
  }

  ImportBatch finish() {
    std::set<Uuid> projects;
    for (const auto& work : batch_.work) projects.insert(work.task.project_id);
    report_.projects = static_cast<std::int64_t>(projects.size());
    return std::move(batch_);
  }

 private:
  // Those that an import of this log has made: their id is the one that it would give.
  std::vector<WorkSnapshot> own_snapshots(const Uuid& task, std::vector<WorkSnapshot> stored) const {
    const auto foreign = [&](const WorkSnapshot& snapshot) {
      return snapshot.id != compute::log_snapshot_id(mapping_.name, task, snapshot);
    };
    stored.erase(std::remove_if(stored.begin(), stored.end(), foreign), stored.end());
    return stored;
  }

  static std::vector<WorkSnapshot> added_snapshots(const LoggedTask& logged, const std::vector<Uuid>& earlier) {
    std::vector<WorkSnapshot> added = logged.snapshots;
    std::sort(added.begin(), added.end(), sooner);
    const auto same = [](const WorkSnapshot& a, const WorkSnapshot& b) { return a.id == b.id; };
    added.erase(std::unique(added.begin(), added.end(), same), added.end());
    const std::set<Uuid> known(earlier.begin(), earlier.end());
    const auto is_known = [&](const WorkSnapshot& snapshot) { return known.count(snapshot.id) > 0; };
    added.erase(std::remove_if(added.begin(), added.end(), is_known), added.end());
    return added;
  }

  // Requires: both in the order of precedes(); `added` is a part of `history`.
  void count(const std::vector<WorkSnapshot>& history, const std::vector<WorkSnapshot>& added) {
    auto next = added.begin();
    const WorkSnapshot* predecessor = nullptr;
    for (const auto& snapshot : history) {
      if (next != added.end() && next->id == snapshot.id) {
        ++next;
        ++(compute::is_transition(predecessor, snapshot) ? report_.transitions : report_.repeats);
      }
      predecessor = &snapshot;
    }
  }

  // The newest snapshot says what the task is, whichever import brought it.
  ImportedTask task_row(const LoggedTask& logged, const std::optional<ImportedTask>& stored,
                        const std::vector<WorkSnapshot>& history) {
    const bool stored_is_newer =
        stored && std::tie(stored->updated_at, stored->sequence) > std::tie(logged.newest_at, logged.newest_sequence);
    ImportedTask task = stored_is_newer ? *stored : logged_row(logged);
    task.state = to_string(history.back().state);
    if (!mapping_.columns.created_at) task.created_at = history.front().at;
    return task;
  }

  ImportedTask logged_row(const LoggedTask& logged) {
    const auto& attributes = logged.attributes;
    ImportedTask task;
    task.id = logged.id;
    task.project_id = project(attributes.project);
    task.short_id = logged.key;
    task.title = attributes.title;
    task.priority = std::to_string(attributes.priority);
    task.sequence = logged.newest_sequence;
    task.task_class = attributes.task_class;
    task.capability_tags = *readmodel::Param{attributes.tags}.text();
    task.created_by = attributes.created_by;
    task.created_at = attributes.created_at.value_or(logged.newest_at);
    task.updated_at = logged.newest_at;
    return task;
  }

  Uuid project(const std::string& name) {
    const auto [known, is_new] = project_ids_.try_emplace(name);
    if (is_new) {
      known->second = compute::log_project_id(mapping_.name, name);
      batch_.projects.push_back({known->second, name});
    }
    return known->second;
  }

  const Mapping& mapping_;
  ImportReport& report_;
  ImportBatch batch_;
  std::unordered_map<std::string, Uuid> project_ids_;
};

ImportBatch build_batch(const Mapping& mapping, const WorkLog& log, std::unordered_map<Uuid, StoredWork> stored,
                        ImportReport& report) {
  BatchBuilder builder(mapping, report);
  for (const auto& task : log.tasks) {
    const auto known = stored.find(task.id);
    builder.add(task, known == stored.end() ? StoredWork{} : std::move(known->second));
  }
  return builder.finish();
}

std::vector<Uuid> projects_of(const readmodel::ImportBatch& batch) {
  std::set<Uuid> projects;
  for (const auto& work : batch.work) {
    projects.insert(work.task.project_id);
    if (work.former_project) projects.insert(*work.former_project);
  }
  return {projects.begin(), projects.end()};
}

void write_log(readmodel::Session& session, const Mapping& mapping, const WorkLog& log, ImportReport& report,
               const ImportProgress& progress) {
  std::vector<Uuid> ids;
  for (const auto& task : log.tasks) ids.push_back(task.id);
  readmodel::retry([&] {
    readmodel::Transaction transaction(session, readmodel::Isolation::read_committed);
    auto stored = readmodel::read_stored_work(transaction, mapping.name, ids);
    const auto batch = build_batch(mapping, log, std::move(stored), report);
    const auto added = static_cast<double>(report.transitions + report.repeats);
    report.written = readmodel::write_work(transaction, batch, [&](std::int64_t events) {
      progress("writing the sources", static_cast<double>(events) / added, events);
    });
    // Its rows carry the instants of the log, long past: no cursor would find those that are no events.
    if (report.written.total() > 0)
      readmodel::mark_projects(transaction, projects_of(batch), readmodel::database_clock(transaction));
    transaction.commit();
  });
}

}  // namespace

std::int64_t ImportReport::rejected() const {
  std::int64_t sum = 0;
  for (const auto& [kind, count] : rejects) sum += count;
  return sum;
}

ImportReport import_work_log(const std::optional<readmodel::ConnectionSettings>& database, const ImportOptions& options,
                             const ImportProgress& progress) {
  const Mapping mapping = read_mapping(options.mapping);
  ImportReport report;
  report.log = mapping.name;
  report.dry_run = !database;

  std::optional<readmodel::Session> session;
  if (database) session.emplace(*database);  // before the log is read: a wrong password shows at once

  const Stopwatch reading;
  const auto rejects_path = options.rejects.value_or(default_rejects(options.log));
  for (const auto& input : {options.log, options.mapping}) refuse_to_overwrite(input, rejects_path);
  RejectsFile rejects(rejects_path);
  const WorkLog log = read_work_log(mapping, options.log, rejects,
                                    [&](double share, std::int64_t rows) { progress("reading the log", share, rows); });
  report.rows = log.rows;
  report.tasks = static_cast<std::int64_t>(log.tasks.size());
  report.rejects = rejects.counts();
  if (!report.rejects.empty()) report.rejects_file = rejects.path();
  report.read_seconds = reading.seconds();

  if (!session) {
    build_batch(mapping, log, {}, report);
    return report;
  }
  const Stopwatch writing;
  write_log(*session, mapping, log, report, progress);
  report.write_seconds = writing.seconds();
  return report;
}

}  // namespace tidemark::jobs
