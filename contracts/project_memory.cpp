#include "contracts/project_memory.hpp"

#include <nlohmann/json.hpp>

namespace tidemark {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 2;

Json micros(Instant t) { return t.time_since_epoch().count(); }
Json micros(const std::optional<Instant>& t) { return t ? micros(*t) : Json(nullptr); }
Instant instant(const Json& json) { return Instant{Micros{json.get<std::int64_t>()}}; }
std::optional<Instant> optional_instant(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional{instant(json)};
}

Json settled_json(const SettledTasks& settled) {
  Json milestones = Json::object();
  for (const auto& [id, last] : settled.milestones) milestones[to_string(id)] = micros(last);
  return {{"before", micros(settled.before)},     {"first_fact", micros(settled.first_fact)},
          {"by_state", settled.by_state},         {"completed", settled.completed},
          {"dependencies", settled.dependencies}, {"milestones", std::move(milestones)}};
}

SettledTasks read_settled(const Json& json) {
  SettledTasks settled;
  settled.before = instant(json.at("before"));
  settled.first_fact = instant(json.at("first_fact"));
  settled.by_state = json.at("by_state").get<decltype(settled.by_state)>();
  settled.completed = json.at("completed").get<std::int64_t>();
  settled.dependencies = json.at("dependencies").get<bool>();
  for (const auto& [id, last] : json.at("milestones").items())
    settled.milestones.emplace(*parse_uuid(id), optional_instant(last));
  return settled;
}

Json standings_json(const std::vector<MilestoneStanding>& standings) {
  Json list = Json::array();
  for (const auto& s : standings)
    list.push_back(Json::array({to_string(s.id), micros(s.planned), s.on_time, micros(s.actual)}));
  return list;
}

std::vector<MilestoneStanding> read_standings(const Json& list) {
  std::vector<MilestoneStanding> standings;
  for (const auto& s : list)
    standings.push_back(
        {*parse_uuid(s.at(0).get<std::string>()), instant(s.at(1)), s.at(2).get<bool>(), optional_instant(s.at(3))});
  return standings;
}

}  // namespace

std::string memory_text(const ProjectMemory& memory) {
  const auto& days = memory.source_retention_days;
  const Json json{{"v", kVersion},
                  {"as_of", micros(memory.as_of)},
                  {"source_retention_days", days ? Json(*days) : Json(nullptr)},
                  {"settled", settled_json(memory.settled)},
                  {"standings", standings_json(memory.standings)},
                  {"whole_from", micros(memory.whole_from)}};
  return json.dump();
}

std::optional<ProjectMemory> parse_memory(std::string_view text) {
  const auto json = Json::parse(text);
  if (json.value("v", 0) != kVersion) return std::nullopt;
  ProjectMemory memory;
  memory.as_of = instant(json.at("as_of"));
  if (const auto& days = json.at("source_retention_days"); !days.is_null())
    memory.source_retention_days = days.get<int>();
  memory.settled = read_settled(json.at("settled"));
  memory.standings = read_standings(json.at("standings"));
  memory.whole_from = optional_instant(json.at("whole_from"));
  return memory;
}

}  // namespace tidemark
