#include "readmodel/source_writer.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "contracts/json_text.hpp"
#include "readmodel/copy_writer.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr std::int64_t kEventsBetweenReports = 10'000;

// A log knows no expiry: so far ahead that no reader takes a lease for lapsed.
constexpr Micros kLeaseTerm = 3650 * kDay;

std::string work_spec(const std::string& log, std::int64_t sequence) {
  return JsonObject{}.add("log", log).add("sequence", sequence).text();
}

std::string event_payload(const WorkSnapshot& snapshot) {
  JsonObject payload;
  payload.add("to_state", to_string(snapshot.state)).add("sequence", snapshot.sequence);
  if (snapshot.reason) payload.add("reason", *snapshot.reason);
  if (snapshot.resolver) payload.add("resolver", *snapshot.resolver);
  return payload.text();
}

std::string outcome_name(GateOutcome outcome) {
  switch (outcome) {
    case GateOutcome::approved: return "approved";
    case GateOutcome::rejected: return "rejected";
    case GateOutcome::approved_with_risk: return "approved_with_risk";
  }
  return "";
}

std::string result_name(AttemptResult result) {
  switch (result) {
    case AttemptResult::success: return "success";
    case AttemptResult::conflict: return "conflict";
    case AttemptResult::failed_checks: return "failed_checks";
    case AttemptResult::aborted: return "aborted";
  }
  return "";
}

std::optional<std::string> instant_text(const std::optional<Instant>& t) {
  return t ? std::optional<std::string>{format_instant(*t)} : std::nullopt;
}

// The statements of one import, in the order in which the rows need one another.
class BatchWriter {
 public:
  BatchWriter(Transaction& transaction, const ImportBatch& batch, const WriteProgress& progress)
      : transaction_(transaction), batch_(batch), progress_(progress) {}

  ImportCounts write() {
    put_projects();
    counts_.tasks = put_tasks();
    move_tasks();
    counts_.events += add_events();
    stage_earlier();
    counts_.links = put_links();
    counts_.decisions = put_decisions();
    counts_.attempts = put_attempts();
    counts_.leases = put_leases();
    finish_projects();
    if (counts_.total() > 0) transaction_.exec(sql::import_analyze);
    return counts_;
  }

 private:
  std::int64_t run(const Statement& statement, const Params& params = {}) {
    return static_cast<std::int64_t>(transaction_.exec(statement, params).affected_rows());
  }

  void put_projects() {
    std::vector<Uuid> ids;
    std::vector<std::string> names;
    for (const auto& project : batch_.projects) {
      ids.push_back(project.id);
      names.push_back(project.name);
    }
    run(sql::import_put_projects, {ids, names, Instant{}});
  }

  std::int64_t put_tasks() {
    run(sql::import_stage_tasks);
    CopyWriter rows(transaction_, "import_tasks",
                    {"id", "project_id", "short_id", "title", "state", "priority", "work_spec", "task_class",
                     "capability_tags", "created_by", "created_at", "updated_at"});
    for (const auto& work : batch_.work) {
      const auto& task = work.task;
      rows.write({to_string(task.id), to_string(task.project_id), task.short_id, task.title, task.state, task.priority,
                  work_spec(batch_.log, task.sequence), task.task_class, task.capability_tags, task.created_by,
                  format_instant(task.created_at), format_instant(task.updated_at)});
    }
    rows.complete();
    return run(sql::import_put_tasks);
  }

  void move_tasks() {
    std::vector<Uuid> tasks;
    std::vector<Uuid> projects;
    for (const auto& work : batch_.work) {
      if (!work.former_project) continue;
      tasks.push_back(work.task.id);
      projects.push_back(work.task.project_id);
      former_projects_.push_back(*work.former_project);
    }
    if (!tasks.empty()) counts_.events += run(sql::import_move_events, {tasks, projects});
  }

  // Straight into the table: its rows are new, which the log's lock keeps true.
  std::int64_t add_events() {
    struct Event {
      const WorkSnapshot* snapshot;
      const ImportedTask* task;
    };
    std::vector<Event> events;
    for (const auto& work : batch_.work)
      for (const auto& snapshot : work.added) events.push_back({&snapshot, &work.task});
    if (events.empty()) return 0;
    // As they happened, so that ids rise with time and the same rows get their ids in the same order.
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      return std::tie(a.snapshot->at, a.task->id, a.snapshot->sequence) <
             std::tie(b.snapshot->at, b.task->id, b.snapshot->sequence);
    });
    CopyWriter rows(transaction_, "event_log",
                    {"project_id", "entity_type", "entity_id", "event_type", "payload", "caused_by", "correlation_id",
                     "created_at"});
    for (const auto& [snapshot, task] : events) {
      rows.write({to_string(task->project_id), "task", to_string(task->id), "task.state_changed",
                  event_payload(*snapshot), snapshot->assignee, to_string(snapshot->id), format_instant(snapshot->at)});
      if (rows.rows() % kEventsBetweenReports == 0) progress_(rows.rows());
    }
    rows.complete();
    return rows.rows();
  }

  void stage_earlier() {
    has_earlier_ =
        std::any_of(batch_.work.begin(), batch_.work.end(), [](auto& work) { return !work.earlier.empty(); });
    if (!has_earlier_) return;
    run(sql::import_stage_earlier);
    CopyWriter rows(transaction_, "import_earlier", {"id"});
    for (const auto& work : batch_.work)
      for (const auto& id : work.earlier) rows.write({to_string(id)});
    rows.complete();
  }

  void delete_stale(const Statement& statement) {
    if (has_earlier_) counts_.deleted += run(statement);
  }

  std::int64_t put_links() {
    run(sql::import_stage_links);
    CopyWriter rows(transaction_, "import_links",
                    {"id", "project_id", "gate_task_id", "candidate_task_id", "candidate_order", "created_at"});
    for (const auto& work : batch_.work)
      for (const auto& submission : work.history.submissions)
        rows.write({to_string(submission.id), to_string(work.task.project_id), to_string(work.task.id),
                    to_string(work.task.id), "0", format_instant(submission.at)});
    rows.complete();
    delete_stale(sql::import_delete_stale_links);
    return run(sql::import_put_links);
  }

  std::int64_t put_decisions() {
    run(sql::import_stage_decisions);
    CopyWriter rows(transaction_, "import_decisions",
                    {"id", "project_id", "gate_rule_id", "task_id", "outcome", "actor_id", "reason", "created_at"});
    for (const auto& work : batch_.work)
      for (const auto& decision : work.history.decisions)
        rows.write({to_string(decision.id), to_string(work.task.project_id), to_string(*work.gate_rule_id),
                    to_string(work.task.id), outcome_name(decision.outcome), decision.actor, decision.reason,
                    format_instant(decision.at)});
    rows.complete();
    delete_stale(sql::import_delete_stale_decisions);
    return run(sql::import_put_decisions);
  }

  std::int64_t put_attempts() {
    run(sql::import_stage_attempts);
    CopyWriter rows(transaction_, "import_attempts",
                    {"id", "project_id", "task_id", "result", "diagnostics", "started_at", "ended_at"});
    for (const auto& work : batch_.work)
      for (const auto& attempt : work.history.attempts) {
        JsonObject diagnostics;
        if (!attempt.detail.empty()) diagnostics.add("reason", attempt.detail);
        rows.write({to_string(attempt.id), to_string(work.task.project_id), to_string(work.task.id),
                    result_name(attempt.result), diagnostics.text(), format_instant(attempt.started_at),
                    format_instant(attempt.ended_at)});
      }
    rows.complete();
    delete_stale(sql::import_delete_stale_attempts);
    return run(sql::import_put_attempts);
  }

  std::int64_t put_leases() {
    run(sql::import_stage_leases);
    CopyWriter rows(transaction_, "import_leases",
                    {"id", "project_id", "task_id", "agent_id", "status", "created_at", "expires_at", "heartbeat_at",
                     "released_at"});
    for (const auto& work : batch_.work)
      for (const auto& lease : work.history.leases)
        rows.write({to_string(lease.id), to_string(work.task.project_id), to_string(work.task.id), lease.agent,
                    lease.released_at ? "released" : "active", format_instant(lease.created_at),
                    format_instant(lease.created_at + kLeaseTerm), format_instant(lease.created_at),
                    instant_text(lease.released_at)});
    rows.complete();
    delete_stale(sql::import_delete_stale_leases);
    return run(sql::import_put_leases);
  }

  void finish_projects() {
    std::map<Uuid, std::optional<Uuid>> gate_rules;  // by project
    for (const auto& id : former_projects_) gate_rules.try_emplace(id);
    for (const auto& work : batch_.work) gate_rules[work.task.project_id] = work.gate_rule_id;
    std::vector<Uuid> projects;
    std::vector<Uuid> gated;
    std::vector<Uuid> rules;
    for (const auto& [project, rule] : gate_rules) {
      projects.push_back(project);
      if (!rule) continue;
      gated.push_back(project);
      rules.push_back(*rule);
    }
    counts_.projects = run(sql::import_span_projects, {projects});  // the new ones among them
    if (!gated.empty()) counts_.gate_rules = run(sql::import_put_gate_rules, {rules, gated, batch_.gate_type});
    if (!former_projects_.empty()) counts_.deleted += run(sql::import_delete_empty_projects, {former_projects_});
  }

  Transaction& transaction_;
  const ImportBatch& batch_;
  const WriteProgress& progress_;
  ImportCounts counts_;
  std::vector<Uuid> former_projects_;  // that tasks have left
  bool has_earlier_ = false;
};

}  // namespace

ImportCounts write_work(Transaction& transaction, const ImportBatch& batch, const WriteProgress& progress) {
  return BatchWriter(transaction, batch, progress).write();
}

}  // namespace tidemark::readmodel
