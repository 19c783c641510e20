#include "jobs/alert_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "contracts/json_text.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::array<std::pair<std::string_view, std::optional<double> AlertLevels::*>, 3> kLevels{
    {{"warning", &AlertLevels::warning}, {"critical", &AlertLevels::critical}, {"emergency", &AlertLevels::emergency}}};

const Metric& require_alerting_metric(std::string_view key) {
  const Metric* metric = find_metric(key);
  if (metric != nullptr && metric->thresholds) return *metric;
  std::vector<std::string_view> allowed;
  for (const auto& other : all_metrics())
    if (other.thresholds) allowed.push_back(other.key);
  throw std::invalid_argument(fmt::format(
      "{}; the metrics with thresholds are {}",
      metric == nullptr ? "there is no such metric" : "this metric has no thresholds", fmt::join(allowed, ", ")));
}

}  // namespace

void set_alert_level(AlertOverrides& overrides, std::string_view metric, std::string_view level,
                     std::optional<double> value) {
  const auto& known = require_alerting_metric(metric);
  for (const auto& [name, member] : kLevels) {
    if (name != level) continue;
    if (!value || !std::isfinite(*value))
      throw std::invalid_argument(fmt::format("{} must be a number, in {}", level, known.unit));
    overrides[std::string{metric}].*member = value;
    return;
  }
  throw std::invalid_argument(
      fmt::format("there is no level `{}`; the levels are warning, critical and emergency", level));
}

std::optional<AlertThresholds> thresholds_of(const Metric& metric, const AlertOverrides& overrides) {
  auto thresholds = metric.thresholds;
  const auto found = overrides.find(metric.key);
  if (!thresholds || found == overrides.end()) return thresholds;
  const AlertLevels& levels = found->second;
  thresholds->warning = levels.warning.value_or(thresholds->warning);
  thresholds->critical = levels.critical.value_or(thresholds->critical);
  thresholds->emergency = levels.emergency.value_or(thresholds->emergency);
  return thresholds;
}

void check_alert_levels(const AlertOverrides& overrides) {
  for (const auto& [key, levels] : overrides) {
    const auto thresholds = *thresholds_of(*find_metric(key), overrides);
    const bool above = thresholds.side == AlertThresholds::Side::above;
    const double sign = above ? 1 : -1;
    if (sign * thresholds.warning <= sign * thresholds.critical &&
        sign * thresholds.critical <= sign * thresholds.emergency)
      continue;
    throw std::invalid_argument(
        fmt::format("[alerts.{}]: warning {}, critical {}, emergency {} must {}, for a value {} them is bad", key,
                    number_text(thresholds.warning), number_text(thresholds.critical),
                    number_text(thresholds.emergency), above ? "rise" : "fall", above ? "above" : "below"));
  }
}

}  // namespace tidemark::jobs
