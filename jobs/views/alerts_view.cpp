#include "jobs/views/alerts_view.hpp"

#include <fmt/format.h>

#include "contracts/error.hpp"

namespace tidemark::views {
namespace {

Json context_json(const std::string& stored, std::string_view unit) {
  auto context = Json::parse(stored, nullptr, false);
  if (!context.is_object()) return Json::object();
  for (auto& [key, value] : context.items())
    if (value.is_number_float()) value = rounded(value.get<double>(), unit);
  return context;
}

// The unit that the alert was measured in, as its context says.
std::string unit_of(const std::string& stored) {
  const auto context = Json::parse(stored, nullptr, false);
  return context.is_object() ? context.value("unit", std::string{}) : std::string{};
}

Json alert_json(const readmodel::StoredAlert& stored) {
  const Alert& alert = stored.alert;
  const auto unit = unit_of(alert.context);
  Json json{{"id", to_string(stored.id)},
            {"metric_key", alert.metric_key},
            {"alert_type", std::string{to_string(alert.type)}},
            {"severity", std::string{to_string(alert.severity)}},
            {"value", rounded(alert.value, unit)},
            {"threshold", rounded(alert.threshold, unit)},
            {"context", context_json(alert.context, unit)},
            {"created_at", format_instant(alert.created_at)},
            {"last_seen", format_instant(alert.last_seen)}};
  if (alert.acknowledged_at) json["acknowledged_at"] = format_instant(*alert.acknowledged_at);
  if (alert.resolved_at) json["resolved_at"] = format_instant(*alert.resolved_at);
  return json;
}

// The member at the end of the path; null where there is none.
Json member_at(const Json& json, std::string_view pointer) {
  const Json::json_pointer path{std::string{pointer}};
  return json.contains(path) ? json.at(path) : Json{};
}

Json milestone_json(const readmodel::MilestoneSummary& summary) {
  const auto payload = Json::parse(summary.payload, nullptr, false);
  if (!payload.is_object())
    throw Error(ErrorKind::contract, fmt::format("the snapshot of {} of milestone '{}' holds no JSON object; `tidemark "
                                                 "run snapshot` takes it again",
                                                 format_instant(summary.captured_at), summary.milestone));
  Json json{{"milestone", summary.milestone}};
  const auto copy = [&](const char* name, std::string_view pointer) {
    if (auto value = member_at(payload, pointer); !value.is_null()) json[name] = std::move(value);
  };
  copy("health", "/north_star/health_at_a_glance/value");
  copy("status", "/north_star/health_at_a_glance/status");
  copy("limiting_component", "/north_star/health_at_a_glance/limiting_component");
  copy("planned_completion_date", "/milestone/planned_completion_date");
  copy("breach_probability", "/milestone/breach_probability");
  copy("tasks", "/milestone/tasks");
  return json;
}

}  // namespace

Json alerts_view(const Uuid& project_id, const std::vector<readmodel::StoredAlert>& alerts) {
  Json answer = answer_head(project_id);
  answer["alerts"] = Json::array();
  for (const auto& alert : alerts) answer["alerts"].push_back(alert_json(alert));
  return answer;
}

Json actions_view(const Json& summary) {
  Json answer{{"version", summary.at("version")},
              {"project_id", summary.at("project_id")},
              {"timestamp", summary.at("timestamp")}};
  auto actions = member_at(summary, "/metrics/actionability/suggested_actions");
  answer["actions"] = actions.is_array() ? std::move(actions) : Json::array();
  return answer;
}

Json health_view(const Uuid& project_id, Instant timestamp,
                 const std::vector<readmodel::MilestoneSummary>& milestones) {
  Json answer = answer_head(project_id);
  answer["timestamp"] = format_instant(milestones.empty() ? timestamp : milestones.front().captured_at);
  answer["milestones"] = Json::array();
  for (const auto& milestone : milestones) answer["milestones"].push_back(milestone_json(milestone));
  return answer;
}

}  // namespace tidemark::views
