#include "years/project_life.hpp"

#include <fmt/format.h>

#include "contracts/bucket.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

constexpr int kDaysOfMilestone = 91;
constexpr std::size_t kTasksKept = 40;  // that others depend on

json instant_json(Instant t) { return format_instant(t); }

}  // namespace

ProjectLife::ProjectLife(std::uint64_t seed, std::string name, int tasks_per_week, Instant begin)
    : chance_(seed),
      name_(std::move(name)),
      tasks_per_week_(tasks_per_week),
      next_day_(bucket_start(Grain::day, begin)),
      id_(uuid_v5(tidemark_namespace(), "years/" + name_)) {
  add_frame();
}

std::string ProjectLife::make_id(const std::string& kind) {
  return to_string(uuid_v5(tidemark_namespace(), fmt::format("years/{}/{}/{}", name_, kind, ++made_)));
}

void ProjectLife::add_at(Instant arrival, Act act, SourceRow row) {
  if (row.table != "project") row.columns["project_id"] = to_string(id_);
  arriving_.emplace(arrival, Arrival{act, std::move(row)});
}

void ProjectLife::add_frame() {
  const auto created = instant_json(next_day_);
  add_at(next_day_, Act::put,
         {"project",
          {{"id", to_string(id_)},
           {"org_id", nullptr},
           {"name", name_},
           {"status", "active"},
           {"created_at", created},
           {"updated_at", created}}});
  for (const char* name : {"Design", "Build", "Ship"}) {
    phases_.push_back(make_id("phase"));
    add_at(next_day_, Act::put,
           {"phase",
            {{"id", phases_.back()},
             {"name", name},
             {"sequence", phases_.size()},
             {"created_at", created},
             {"updated_at", created}}});
  }
  for (const char* type : {"code_review", "security_review", "integration_approval"}) {
    rules_.push_back(make_id("rule"));
    add_at(next_day_, Act::put,
           {"gate_rule",
            {{"id", rules_.back()},
             {"name", type},
             {"scope", {{"gate_type", type}}},
             {"is_active", true},
             {"created_at", created}}});
  }
}

// A milestone, whose end becomes known when it comes.
void ProjectLife::add_quarter() {
  milestones_.push_back(make_id("milestone"));
  json row = {{"id", milestones_.back()},
              {"phase_id", nullptr},
              {"name", fmt::format("M{}", (milestones_.size() - 1) % 6)},
              {"sequence", milestones_.size()},
              {"planned_start_date", format_day(next_day_)},
              {"planned_completion_date", format_day(next_day_ + kDaysOfMilestone * kDay)},
              {"actual_completion_date", nullptr},
              {"created_at", instant_json(next_day_)},
              {"updated_at", instant_json(next_day_)}};
  add_at(next_day_, Act::put, {"milestone", row});
  const auto end = next_day_ + (kDaysOfMilestone + chance_.between(-12, 20)) * kDay;
  row["actual_completion_date"] = format_day(end);
  if (!chance_.hits(25)) add_at(end + kHour, Act::put, {"milestone", row});
}

Micros ProjectLife::pause() {
  switch (chance_.below(10)) {
    case 0: return chance_.below(kMinute);
    case 1:
    case 2:
    case 3: return chance_.below(2 * kHour);
    case 4:
    case 5:
    case 6:
    case 7: return chance_.below(30 * kHour);
    case 8: return chance_.below(5 * kDay);
    default: return chance_.below(16 * kDay);
  }
}

Micros ProjectLife::lateness() {
  const auto kind = chance_.below(1000);
  if (kind < 960) return chance_.below(kMinute);
  if (kind < 980) return chance_.below(5 * kDay);
  return kind < 995 ? chance_.below(42 * kDay) : chance_.below(731 * kDay);
}

void ProjectLife::add(const std::string& table, Instant valid, json columns) {
  const auto arrival = valid + lateness();
  if (table == "event_log") columns["correlation_id"] = fmt::format("years/{}/{:07}", name_, ++made_);
  columns["project_id"] = to_string(id_);
  SourceRow row{table, std::move(columns)};
  if (chance_.below(1000) < 8) correct(arrival + kMinute + lateness() + chance_.below(20 * kDay), row);
  add_at(arrival, Act::put, std::move(row));
}

// Taken back, moved in time, or told otherwise.
void ProjectLife::correct(Instant arrival, SourceRow row) {
  if (row.table != "task" && chance_.hits(40)) return add_at(arrival, Act::remove, std::move(row));
  if (row.table == "task") {
    row.columns["priority"] = chance_.one_of({10, 40, 80, 200});
    row.columns["task_class"] = chance_.one_of({"bug", "feature"});
    row.columns["updated_at"] = instant_json(arrival);
  } else if (row.table == "integration_attempt" && chance_.hits(50)) {
    row.columns["result"] = chance_.one_of({"success", "aborted"});
  } else {
    const char* name = row.columns.contains("created_at") ? "created_at" : "ended_at";
    const auto at = *parse_instant(row.columns[name].get<std::string>());
    row.columns[name] = instant_json(at - chance_.below(3 * kDay));
  }
  add_at(arrival, Act::put, std::move(row));
}

void ProjectLife::move(const Task& task, Instant at, const std::string& state) {
  json payload = {{"to_state", state}};
  if (state == "blocked") payload["reason"] = chance_.one_of({"vendor", "environment", "decision"});
  add("event_log", at,
      {{"entity_type", "task"},
       {"entity_id", task.id},
       {"event_type", "task.state_changed"},
       {"payload", std::move(payload)},
       {"caused_by", chance_.hits(40) ? json(chance_.one_of({"ann", "bob", "cem"})) : json(nullptr)},
       {"created_at", instant_json(at)}});
}

void ProjectLife::review(const Task& task, Instant at, bool& rejected) {
  const auto submitted = at;
  add("gate_candidate_link", submitted,
      {{"id", make_id("link")},
       {"gate_task_id", tasks_.front().id},
       {"candidate_task_id", task.id},
       {"candidate_order", 0},
       {"created_at", instant_json(submitted)}});
  at += pause();
  rejected = chance_.hits(20);
  add("gate_decision", at,
      {{"id", make_id("decision")},
       {"gate_rule_id", chance_.one_of(rules_)},
       {"task_id", task.id},
       {"phase_id", nullptr},
       {"outcome", rejected ? "rejected" : chance_.one_of({"approved", "approved", "approved_with_risk"})},
       {"actor_id", chance_.one_of({"eve", "fay"})},
       {"reason", ""},
       {"created_at", instant_json(at)}});
}

void ProjectLife::integrate(const Task& task, Instant& at) {
  for (;;) {
    const auto started = at;
    at += chance_.below(kHour);
    const auto result = chance_.hits(75) ? std::string{"success"}
                                         : chance_.one_of<std::string>({"conflict", "failed_checks", "aborted"});
    add("integration_attempt", at,
        {{"id", make_id("attempt")},
         {"task_id", task.id},
         {"result", result},
         {"diagnostics", json::object()},
         {"started_at", instant_json(started)},
         {"ended_at", instant_json(at)}});
    if (result == "success") return;
    at += pause() / 4;
  }
}

void ProjectLife::live(const Task& task) {
  auto at = task.created + pause();
  move(task, at, "ready");
  if (chance_.hits(6)) return move(task, at + pause(), "abandoned");
  at += pause();
  if (chance_.hits(40))
    add("lease", at,
        {{"id", make_id("lease")},
         {"task_id", task.id},
         {"agent_id", chance_.one_of({"ann", "bob"})},
         {"status", "active"},
         {"created_at", instant_json(at)},
         {"expires_at", instant_json(at + kHour)},
         {"heartbeat_at", instant_json(at)},
         {"released_at", nullptr}});
  if (chance_.hits(60)) move(task, at, "claimed");
  for (int round = 0; round < 4; ++round) {
    at += pause();
    move(task, at, "in_progress");
    if (chance_.hits(2)) return;  // and never again
    if (chance_.hits(20)) {
      at += pause();
      move(task, at, "blocked");
      at += pause();
      move(task, at, "in_progress");
    }
    at += pause();
    move(task, at, "implemented");
    bool rejected = false;
    review(task, at, rejected);
    add("artifact", at,
        {{"id", make_id("artifact")},
         {"task_id", task.id},
         {"agent_id", "ann"},
         {"check_status", chance_.hits(80) ? "passed" : "failed"},
         {"touched_files", json::array()},
         {"created_at", instant_json(at)}});
    at += pause();
    if (rejected) continue;
    integrate(task, at);
    move(task, at, "integrated");
    if (!chance_.hits(8)) return;
    at += pause() + chance_.below(40 * kDay);  // reopened
  }
}

void ProjectLife::add_task(Instant created) {
  const Task task{make_id("task"), created};
  tasks_.push_back(task);
  if (tasks_.size() > kTasksKept) tasks_.erase(tasks_.begin() + 1);
  add("task", created,
      {{"id", task.id},
       {"phase_id", chance_.hits(80) ? json(chance_.one_of(phases_)) : json(nullptr)},
       {"milestone_id", chance_.hits(80) ? json(milestones_.back()) : json(nullptr)},
       {"short_id", fmt::format("Y-{}", made_)},
       {"title", "A task"},
       {"state", "backlog"},
       {"priority", chance_.one_of({10, 40, 80, 200})},
       {"work_spec", json::object()},
       {"task_class", chance_.one_of<json>({"bug", "feature", nullptr})},
       {"capability_tags", chance_.hits(30) ? json{"sql"} : json::array()},
       {"created_by", nullptr},
       {"created_at", instant_json(created)},
       {"updated_at", instant_json(created)}});
  if (chance_.hits(10))
    add("dependency_edge", created,
        {{"id", make_id("edge")},
         {"from_task_id", chance_.one_of(tasks_).id},
         {"to_task_id", task.id},
         {"unlock_on", chance_.one_of({"implemented", "integrated"})},
         {"created_at", instant_json(created)}});
  live(task);
}

void ProjectLife::add_day() {
  const auto day = (next_day_ - Instant{}) / kDay;
  if (milestones_.empty() || day % kDaysOfMilestone == 0) add_quarter();
  if (busy_days_ > 0) --busy_days_;
  if (busy_days_ == 0 && chance_.hits(1)) busy_days_ = 7;
  const auto rate = tasks_per_week_ * (busy_days_ > 0 ? 8 : 1);
  auto count = rate / 7;
  if (chance_.below(7) < rate % 7) ++count;
  for (int n = 0; n < count; ++n) add_task(next_day_ + chance_.below(kDay));
  if (chance_.hits(4)) {
    const auto at = next_day_ + chance_.below(kDay);
    add("plan_change_set", at,
        {{"id", make_id("change set")},
         {"base_plan_version", 1},
         {"target_plan_version", 2},
         {"status", "applied"},
         {"operations", json::array({{{"op", "change"}, {"estimate_hours_delta", chance_.one_of({4.0, -2.5, 0.1})}}})},
         {"created_at", instant_json(at)},
         {"applied_at", instant_json(at)}});
  }
  next_day_ += kDay;
}

std::vector<Arrival> ProjectLife::until(Instant to) {
  while (next_day_ < to) add_day();
  std::vector<Arrival> arrived;
  const auto end = arriving_.lower_bound(to);
  for (auto next = arriving_.begin(); next != end; ++next) arrived.push_back(std::move(next->second));
  arriving_.erase(arriving_.begin(), end);
  return arrived;
}

}  // namespace tidemark::tests
