#include "contracts/alert.hpp"

#include <algorithm>
#include <array>

#include "contracts/json_text.hpp"

namespace tidemark {
namespace {

constexpr std::array<std::string_view, 4> kTypes{"threshold", "anomaly", "difference", "freshness"};
constexpr std::array<std::string_view, 3> kSeverities{"warning", "critical", "emergency"};

template <typename Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? std::nullopt : std::optional{static_cast<Enum>(at - names.begin())};
}

}  // namespace

Uuid alert_id(const Uuid& project_id, const Alert& alert) {
  const std::array<std::string, 4> parts{to_string(project_id), alert.metric_key, std::string{to_string(alert.type)},
                                         format_instant(alert.created_at)};
  std::string key = "[\"metrics_alert\"";
  for (const auto& part : parts) key += ',' + string_text(part);
  return uuid_v5(tidemark_namespace(), key + ']');
}

std::string_view to_string(AlertType type) { return kTypes[static_cast<std::size_t>(type)]; }
std::string_view to_string(AlertSeverity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::optional<AlertType> parse_alert_type(std::string_view name) { return parse<AlertType>(kTypes, name); }
std::optional<AlertSeverity> parse_alert_severity(std::string_view name) {
  return parse<AlertSeverity>(kSeverities, name);
}

}  // namespace tidemark
