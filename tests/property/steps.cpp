#include "property/steps.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

namespace tidemark::tests {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 6> kWays{"error",           "serialization_failure", "lost_connection",
                                           "error_at_commit", "lost_at_commit",        "at_any_time"};

json value_of(const Write& s) {
  return {{"write", {{"writer", s.writer}, {"table", s.row.table}, {"row", s.row.columns}}}};
}
json value_of(const Remove& s) { return {{"remove", {{"writer", s.writer}, {"table", s.table}, {"key", s.key}}}}; }
json value_of(const Commit& s) { return {{"commit", {{"writer", s.writer}}}}; }
json value_of(const Rollback& s) { return {{"rollback", {{"writer", s.writer}}}}; }
json value_of(const Refresh& s) {
  json value = {{"as_of", format_instant(s.as_of)},
                {"retention_days", {s.retention.trend, s.retention.breakdown, s.retention.drilldown}}};
  if (s.compacted) value["compacted"] = true;
  if (s.crash)
    value["crash"] = {
        {"way", kWays[static_cast<std::size_t>(s.crash->way)]}, {"table", s.crash->table}, {"at", s.crash->at}};
  return {{"refresh", value}};
}

CrashWay way_of(const std::string& name) {
  for (std::size_t i = 0; i < kWays.size(); ++i)
    if (name == kWays[i]) return static_cast<CrashWay>(i);
  throw std::runtime_error("no way to crash: " + name);
}

Step step_of(const json& line) {
  const auto name = line.items().begin().key();
  const auto& value = line.items().begin().value();
  if (name == "write") return Write{value.at("writer"), {value.at("table"), value.at("row")}};
  if (name == "remove") return Remove{value.at("writer"), value.at("table"), value.at("key")};
  if (name == "commit") return Commit{value.at("writer")};
  if (name == "rollback") return Rollback{value.at("writer")};
  if (name != "refresh") throw std::runtime_error("no step: " + name);
  const auto& days = value.at("retention_days");
  Refresh refresh{parse_instant(value.at("as_of").get<std::string>()).value(), {days[0], days[1], days[2]}, {}, false};
  refresh.compacted = value.value("compacted", false);
  if (value.contains("crash")) {
    const auto& crash = value.at("crash");
    refresh.crash = Crash{way_of(crash.at("way")), crash.at("table"), crash.at("at")};
  }
  return refresh;
}

}  // namespace

std::string text_of(const Step& step) {
  return std::visit([](const auto& some) { return value_of(some).dump(); }, step);
}

std::string text_of(const Steps& steps) {
  std::string text;
  for (const auto& step : steps) text += text_of(step) + '\n';
  return text;
}

Steps read_steps(const std::string& text) {
  Steps steps;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) steps.push_back(step_of(json::parse(line)));
  return steps;
}

}  // namespace tidemark::tests
