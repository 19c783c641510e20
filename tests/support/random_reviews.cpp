// Gates of random projects: rules, what is put before them, and what they decide.
#include <fmt/format.h>

#include "support/random_world.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

std::vector<std::string> add_rules(RandomWorld& world) {
  std::vector<std::string> ids;
  if (world.is(ProjectShape::no_attributes)) return ids;
  for (std::int64_t n = 0, count = world.chance.between(1, 6); n < count; ++n) {
    ids.push_back(world.id("rule", n));
    const auto type = world.chance.one_of({"code_review", "security_review", "integration_approval", "audit"});
    world.add("gate_rule", world.start,
              {{"id", ids.back()},
               {"project_id", world.project_id()},
               {"name", world.chance.one_of({"code_review", "Peer review", "Ångström", "security_review"})},
               {"scope", world.chance.hits(60) ? json{{"gate_type", type}} : json{{"area", "all"}}},
               {"is_active", world.chance.hits(80)},
               {"created_at", format_instant(world.start)}});
  }
  return ids;
}

// When a task is put before a gate: mostly when it says that it is implemented.
Instant submission(RandomWorld& world, const RandomTask& task) {
  for (const auto& move : task.moves)
    if (move.state == "implemented" && world.chance.hits(60)) return move.at;
  return world.on_clock(task.created_at + world.pause());
}

void add_link(RandomWorld& world, const RandomTask& task, Instant at, std::int64_t n) {
  world.add("gate_candidate_link", at,
            {{"id", world.id("link of " + task.id, n)},
             {"project_id", world.project_id()},
             {"gate_task_id", world.task_or_stranger()},
             {"candidate_task_id", world.chance.hits(2) ? world.id("stranger", 0) : task.id},
             {"candidate_order", n},
             {"created_at", format_instant(at)}});
}

void add_decision(RandomWorld& world, const RandomTask& task, Instant at, const json& key) {
  const auto outcome =
      world.chance.hits(2) ? "maybe" : world.chance.one_of({"approved", "approved", "rejected", "approved_with_risk"});
  json task_id = task.id;
  if (world.chance.hits(3)) task_id = world.chance.hits(50) ? json(nullptr) : json(world.id("stranger", 0));
  const bool of_phase = task_id.is_null() && !world.phases.empty();
  world.add("gate_decision", at,
            {{"id", world.id("decision of " + task.id, key.at("number"))},
             {"project_id", world.project_id()},
             {"gate_rule_id", key.at("rule")},
             {"task_id", task_id},
             {"phase_id", of_phase ? json(world.chance.one_of(world.phases)) : json(nullptr)},
             {"outcome", outcome},
             {"actor_id", world.agent()},
             {"reason", "because"},
             {"created_at", format_instant(at)}});
}

// Rounds of submission and decision; a round may lack either, and a decision may fall into the instant of its link.
void review(RandomWorld& world, const RandomTask& task, const std::vector<std::string>& rules) {
  auto at = submission(world, task);
  for (std::int64_t n = 0, count = world.chance.between(1, 4); n < count; ++n) {
    if (world.chance.hits(75)) add_link(world, task, at, n);
    at = world.on_clock(at + world.pause());
    if (world.chance.hits(70)) {
      const bool known = !rules.empty() && !world.chance.hits(3);
      const auto rule = known ? world.chance.one_of(rules) : world.id("stranger", 5);
      add_decision(world, task, at, {{"rule", rule}, {"number", n}});
    }
    at = world.on_clock(at + world.pause());
  }
}

}  // namespace

void add_reviews(RandomWorld& world) {
  const auto rules = add_rules(world);
  for (const auto& task : world.tasks)
    if (world.chance.hits(60)) review(world, task, rules);
}

}  // namespace tidemark::tests
