// Attempts, artifacts, dependencies and changes of plan of random projects.
#include <fmt/format.h>

#include "support/random_world.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

void add_attempt(RandomWorld& world, const RandomTask& task, Instant at, std::int64_t n) {
  const auto result =
      world.chance.hits(2)
          ? "exploded"
          : world.chance.one_of({"queued", "success", "success", "success", "conflict", "failed_checks", "aborted"});
  const auto ended = world.on_clock(at + world.pause());
  json row = {{"id", world.id("attempt of " + task.id, n)},
              {"project_id", world.project_id()},
              {"task_id", world.chance.hits(2) ? world.id("stranger", 4) : task.id},
              {"result", result},
              {"diagnostics", json::object()},
              {"started_at", format_instant(at)},
              {"ended_at", world.chance.hits(80) ? json(format_instant(ended)) : json(nullptr)}};
  if (world.chance.hits(20)) {  // queued first, its end known later
    auto queued = row;
    queued["result"] = "queued";
    queued["ended_at"] = nullptr;
    world.add_at("integration_attempt", at, queued);
    world.add_at("integration_attempt", ended + kMinute, row);
    return;
  }
  world.add("integration_attempt", ended, row);
}

// One after the other or overlapping; some before and some after the task was completed or dropped.
void integrate(RandomWorld& world, const RandomTask& task) {
  auto at = task.moves.empty() ? task.created_at : world.chance.one_of(task.moves).at;
  for (std::int64_t n = 0, count = world.chance.between(1, 5); n < count; ++n) {
    add_attempt(world, task, at, n);
    at = world.on_clock(at + world.pause());
  }
}

void add_artifacts(RandomWorld& world, const RandomTask& task) {
  for (std::int64_t n = 0, count = world.chance.below(4); n < count; ++n) {
    const auto at = world.on_clock(task.created_at + 2 * world.pause());
    const auto status =
        world.chance.hits(3) ? "skipped" : world.chance.one_of({"pending", "passed", "passed", "failed"});
    world.add("artifact", at,
              {{"id", world.id("artifact of " + task.id, n)},
               {"project_id", world.project_id()},
               {"task_id", world.chance.hits(2) ? world.id("stranger", 3) : task.id},
               {"agent_id", world.agent()},
               {"check_status", status},
               {"touched_files", json::array()},
               {"created_at", format_instant(at)}});
  }
}

// Chains along the tasks' order, edges back that close cycles, edges twice, to itself and to nothing.
void add_edges(RandomWorld& world) {
  const auto count = static_cast<std::int64_t>(world.tasks.size());
  if (count < 2 || world.chance.hits(15)) return;
  const auto edges = world.chance.below(2 * count);
  for (std::int64_t n = 0; n < edges; ++n) {
    const auto from = world.chance.below(count - 1);
    auto to = std::min(count - 1, from + 1 + world.chance.below(4));
    if (world.chance.hits(12)) to = world.chance.below(count);  // back, far or to itself
    if (world.chance.hits(25)) to = count / 2;                  // many wait for one, one for many
    auto from_id = world.tasks[static_cast<std::size_t>(from)].id;
    auto to_id = world.tasks[static_cast<std::size_t>(to)].id;
    if (world.chance.hits(2)) from_id = world.id("stranger", 1);
    if (world.chance.hits(2)) to_id = world.id("stranger", 2);
    const auto at = world.sometime();
    world.add("dependency_edge", at,
              {{"id", world.id("edge", n)},
               {"project_id", world.project_id()},
               {"from_task_id", from_id},
               {"to_task_id", to_id},
               {"unlock_on", world.chance.one_of({"implemented", "integrated"})},
               {"created_at", format_instant(at)}});
  }
}

json operations(RandomWorld& world) {
  if (world.chance.hits(6)) return json{{"not", "an array"}};
  auto list = json::array();
  for (std::int64_t n = 0, count = world.chance.below(5); n < count; ++n) {
    json operation = {{"op", "change"}};
    if (world.chance.hits(75))
      operation["estimate_hours_delta"] =
          world.chance.one_of<json>({4, -2.5, 0.1, 0.2, 1e-9, 12345678.25, "3", nullptr, 0, true});
    list.push_back(world.chance.hits(5) ? json("no object") : operation);
  }
  return list;
}

void add_change_sets(RandomWorld& world) {
  for (std::int64_t n = 0, count = world.chance.below(12); n < count; ++n) {
    const auto created = world.sometime();
    const auto applied = world.on_clock(created + world.pause());
    const auto status = world.chance.one_of({"applied", "applied", "applied", "proposed", "rejected"});
    world.add("plan_change_set", applied,
              {{"id", world.id("change set", n)},
               {"project_id", world.project_id()},
               {"base_plan_version", n},
               {"target_plan_version", n + 1},
               {"status", status},
               {"operations", operations(world)},
               {"created_at", format_instant(created)},
               {"applied_at", world.chance.hits(85) ? json(format_instant(applied)) : json(nullptr)}});
  }
}

}  // namespace

void add_delivery(RandomWorld& world) {
  for (const auto& task : world.tasks) {
    if (world.chance.hits(55)) integrate(world, task);
    if (world.chance.hits(60)) add_artifacts(world, task);
  }
  add_edges(world);
  add_change_sets(world);
}

}  // namespace tidemark::tests
