// Tasks of random projects with their events and leases.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "support/random_world.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

const std::vector<std::string> kStates{"backlog",     "ready",       "reserved",        "claimed",
                                       "in_progress", "implemented", "awaiting_review", "integrated",
                                       "conflict",    "blocked",     "abandoned",       "cancelled"};

// Where a task usually goes from a state; repeated: more often. "unblocked" is the end of a block.
const std::map<std::string, std::vector<std::string>>& ways() {
  static const std::map<std::string, std::vector<std::string>> kWays{
      {"backlog", {"ready", "ready", "ready", "ready", "claimed", "blocked", "cancelled"}},
      {"ready", {"reserved", "claimed", "claimed", "in_progress", "abandoned"}},
      {"reserved", {"claimed", "claimed", "claimed", "ready"}},
      {"claimed", {"in_progress", "in_progress", "in_progress", "implemented", "blocked"}},
      {"in_progress", {"implemented", "implemented", "implemented", "blocked", "blocked", "abandoned"}},
      {"implemented", {"awaiting_review", "awaiting_review", "integrated", "in_progress", "blocked"}},
      {"awaiting_review", {"integrated", "integrated", "integrated", "in_progress", "conflict", "conflict", "blocked"}},
      {"conflict", {"in_progress", "in_progress", "awaiting_review", "integrated"}},
      {"blocked", {"unblocked", "unblocked", "unblocked", "in_progress", "cancelled"}},
      {"integrated", {"in_progress", "ready", "integrated", "blocked", "abandoned", "unblocked"}},
      {"abandoned", {"ready", "integrated"}},
      {"cancelled", {"ready", "in_progress"}}};
  return kWays;
}

bool rests_in(const std::string& state) {
  return state == "integrated" || state == "abandoned" || state == "cancelled";
}

json reason_of(RandomWorld& world) {
  if (world.is(ProjectShape::many_reasons)) return fmt::format("reason {}", world.chance.below(500));
  return world.chance.one_of<json>({"waiting for input", "waiting for input", "environment", "", " environment", 7,
                                    nullptr, json::array({"a"}), std::string(260, 'r'), "other"});
}

json sequence_of(RandomWorld& world) {
  return world.chance.one_of<json>({0, 1, 2, 3, 10, -1, "2", 1.5, nullptr, true});
}

json event_row(RandomWorld& world, const std::string& task, Instant at) {
  return {{"project_id", world.project_id()},
          {"entity_type", "task"},
          {"entity_id", task},
          {"event_type", "task.state_changed"},
          {"payload", json::object()},
          {"caused_by", world.chance.hits(50) ? json(world.agent()) : json(nullptr)},
          {"correlation_id", nullptr},
          {"created_at", format_instant(at)}};
}

// A transition in one of the forms that it may have.
json transition(RandomWorld& world, const std::string& task, const Move& move, const std::string& from) {
  auto row = event_row(world, task, move.at);
  auto& payload = row["payload"];
  const bool unblocks = move.state == "unblocked";
  switch (unblocks ? world.chance.below(2) : world.chance.below(6)) {
    case 0: row["event_type"] = "task." + move.state; break;
    case 1: row["event_type"] = "task_" + move.state; break;
    case 2:
      row["event_type"] = "task_state_transitioned";
      payload["to_state"] = move.state;
      break;
    default: payload["to_state"] = move.state;
  }
  if (world.chance.hits(40)) payload["from_state"] = from;
  if (world.chance.hits(6)) payload["from_state"] = world.chance.one_of<json>({"nowhere", 3, nullptr, "ready"});
  if (world.chance.hits(30)) payload["sequence"] = sequence_of(world);
  if (move.state == "blocked" && world.chance.hits(80)) payload["reason"] = reason_of(world);
  if (world.chance.hits(3)) payload["to_state"] = world.chance.one_of(kStates);  // nothing but noise in task.X
  return row;
}

// Something that is not a transition, though it may look like one.
json noise(RandomWorld& world, const std::string& task, Instant at) {
  auto row = event_row(world, task, at);
  switch (world.chance.below(9)) {
    case 0: break;  // no to_state
    case 1:
      row["payload"]["to_state"] =
          world.chance.one_of<json>({5, nullptr, true, json::object(), json::array({"ready"})});
      break;
    case 2: row["payload"]["to_state"] = world.chance.one_of({"INTEGRATED", " ready", "", "done", "-100"}); break;
    case 3: row["payload"] = world.chance.one_of<json>({json::array({1}), "ready", 0}); break;
    case 4:
      row["event_type"] =
          world.chance.one_of({"task.commented", "task_created", "task.", "task", "TASK.READY", "ready"});
      break;
    case 5: row["event_type"] = world.chance.one_of({"task.unblocked", "task_unblocked"}); break;
    case 6:
      row["entity_type"] = world.chance.one_of({"phase", "Task", "gate", "project"});
      row["payload"]["to_state"] = "integrated";
      break;
    case 7:
      row["entity_id"] = world.chance.hits(30) ? json(nullptr) : json(world.id("stranger", world.chance.below(3)));
      row["payload"]["to_state"] = "ready";
      break;
    default:
      row["payload"]["to_state"] = "in_progress";
      row["created_at"] = world.chance.one_of({"2999-01-01T00:00:00Z", "2031-06-30T12:00:00.000001Z"});
  }
  return row;
}

std::string next_state(RandomWorld& world, const std::string& state) {
  return world.chance.hits(7) ? world.chance.one_of(kStates) : world.chance.one_of(ways().at(state));
}

void add_events(RandomWorld& world, RandomTask& task) {
  std::string state = "backlog";
  std::string before_block = "in_progress";
  auto at = task.created_at;
  if (world.chance.hits(8)) at -= world.chance.below(2 * kDay);  // known about before it was written down
  for (int step = 0; step < 24 && at < world.end; ++step) {
    if (world.chance.hits(rests_in(state) ? 70 : 7)) return;
    at = world.on_clock(at + world.pause());
    const Move move{at, next_state(world, state)};
    const auto row = transition(world, task.id, move, state);
    world.add("event_log", at, row);
    if (world.chance.hits(6)) world.add("event_log", at, row);  // the same event twice
    if (world.chance.hits(9)) world.add("event_log", at, noise(world, task.id, at));
    if (move.state == "blocked" && state != "blocked") before_block = state;
    if (move.state != "unblocked") state = move.state;
    if (move.state == "unblocked" && state == "blocked") state = before_block;
    task.moves.push_back({at, state});
  }
}

// Many tasks are blocked within the same hour, each for a reason of its own.
void add_common_block(RandomWorld& world, const RandomTask& task) {
  if (!world.is(ProjectShape::many_reasons)) return;
  const auto at = world.start + (world.end - world.start) / 2 + world.chance.below(kHour);
  const Move move{at, "blocked"};
  world.add("event_log", at, transition(world, task.id, move, "in_progress"));
}

// Before, at and after the first transition; of several agents, some in the same instant.
void add_leases(RandomWorld& world, const RandomTask& task) {
  if (!world.chance.hits(55)) return;
  for (std::int64_t n = 0, count = world.chance.between(1, 4); n < count; ++n) {
    auto at = world.on_clock(task.created_at + world.pause());
    if (!task.moves.empty() && world.chance.hits(50)) at = world.chance.one_of(task.moves).at;
    if (!task.moves.empty() && world.chance.hits(15)) at = task.moves.front().at - Micros{1};
    if (world.chance.hits(4)) at = task.created_at - world.chance.below(kDay);
    const auto stranger = world.chance.hits(2);
    json row = {{"id", world.id("lease of " + task.id, n)},
                {"project_id", world.project_id()},
                {"task_id", stranger ? world.id("stranger", 1) : task.id},
                {"agent_id", world.agent()},
                {"status", "active"},
                {"created_at", format_instant(at)},
                {"expires_at", format_instant(at + kHour)},
                {"heartbeat_at", format_instant(at)},
                {"released_at", nullptr}};
    world.add("lease", at, row);
    if (!world.chance.hits(30)) continue;
    row["status"] = "released";
    row["released_at"] = format_instant(at + kHour);
    world.add_at("lease", at + kHour + kMinute, row);
  }
}

void give_attributes(RandomWorld& world, json& row) {
  const auto any_of = [&](const std::vector<std::string>& ids) {
    if (ids.empty() || world.chance.hits(20)) return json(nullptr);
    return json(world.chance.hits(2) ? world.id("stranger", 2) : world.chance.one_of(ids));
  };
  row["phase_id"] = any_of(world.phases);
  row["milestone_id"] = any_of(world.milestones);
  row["priority"] = world.chance.one_of({0, 1, 25, 26, 50, 51, 100, 101, 100, 1000, -5});
  row["task_class"] = nullptr;
  row["capability_tags"] = json::array();
  if (world.is(ProjectShape::no_attributes)) return;
  row["task_class"] =
      world.chance.one_of<json>({"bug", "feature", "other", "", nullptr, std::string(250, 'c'), "Größe"});
  const auto tags = std::max<std::int64_t>(0, world.chance.between(-1, 4));
  for (std::int64_t n = 0; n < tags; ++n)
    row["capability_tags"].push_back(world.chance.one_of<std::string>(
        {"cpp", "sql", "cpp", "", "untagged", std::string(120, 't') + "ööööööööööööööööööööööööööööööööööööööööööööö",
         "naïve"}));
}

}  // namespace

void add_tasks(RandomWorld& world) {
  auto count = world.task_count;
  if (world.is(ProjectShape::one_task)) count = 1;
  if (world.is(ProjectShape::many_reasons)) count = std::max(count, 150);
  for (int n = 0; n < count; ++n) {
    RandomTask task{
        world.id("task", n), world.on_clock(world.start + world.chance.below((world.end - world.start) * 9 / 10)), {}};
    if (n == 0 && world.chance.hits(50)) task.created_at = world.start;
    const auto created = format_instant(task.created_at);
    json row = {{"id", task.id},
                {"project_id", world.project_id()},
                {"short_id", world.chance.hits(15) ? json(nullptr) : json(fmt::format("R{}-{}", world.seed, n))},
                {"title", world.chance.hits(5) ? std::string{} : fmt::format("Task {} ünï", n)},
                {"state", world.chance.one_of(kStates)},  // never used
                {"work_spec", json::object()},
                {"created_by", nullptr},
                {"created_at", created},
                {"updated_at", created}};
    give_attributes(world, row);
    world.add("task", task.created_at, row);
    if (world.chance.hits(12)) {
      give_attributes(world, row);
      world.add_at("task", world.sometime() + kDay, row);
    }
    add_events(world, task);
    add_common_block(world, task);
    add_leases(world, task);
    world.tasks.push_back(std::move(task));
  }
}

}  // namespace tidemark::tests
