// The thresholds of alerts as a person may set them: `[alerts.<metric key>]` in tidemark.toml. Which member of a point
// they are for, and which side of them is bad, the catalogue says. Spec: jobs, "Alerts, forecast, health".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/catalogue.hpp"

namespace tidemark::jobs {

// In the unit of the metric; nullopt: the catalogue's.
struct AlertLevels {
  std::optional<double> warning;
  std::optional<double> critical;
  std::optional<double> emergency;
};

// The levels that are not the catalogue's, by metric key. Invariant: the metric has thresholds.
using AlertOverrides = std::map<std::string, AlertLevels, std::less<>>;

// Sets one level. Errors: std::invalid_argument, whose text says what is wrong with the metric, the level or the value
// and what is allowed.
void set_alert_level(AlertOverrides& overrides, std::string_view metric, std::string_view level,
                     std::optional<double> value);

// The thresholds in force; nullopt: the metric has none.
std::optional<AlertThresholds> thresholds_of(const Metric& metric, const AlertOverrides& overrides);

// Errors: std::invalid_argument where the thresholds in force of a metric do not grow worse from warning to emergency.
void check_alert_levels(const AlertOverrides& overrides);

}  // namespace tidemark::jobs
