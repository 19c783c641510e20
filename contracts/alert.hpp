// A row of metrics_alert: that a metric left its limits, since when, and how badly. Spec: storage, "Operational
// tables"; jobs, "Alerts, forecast, health".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {

// What was found: a value past a threshold of the catalogue, one far from the days before it, stored rows that differ
// from a recompute (found by reconcile), or rows that are too old.
enum class AlertType { threshold, anomaly, difference, freshness };

// Ascending.
enum class AlertSeverity { warning, critical, emergency };

// Every instant is an as-of, not a wall clock: the same history of runs gives the same rows.
struct Alert {
  std::string metric_key;  // freshness: the metric family
  AlertType type = AlertType::threshold;
  AlertSeverity severity = AlertSeverity::warning;  // the worst since it opened
  double value = 0;                                 // unrounded, as it was at last_seen
  double threshold = 0;                             // the limit of this severity, in the value's unit
  std::string context;                              // a JSON object in stored form: what the value is measured against
  Instant created_at;                               // when it opened
  Instant last_seen;                                // the newest evaluation that found it open and wrote
  std::optional<Instant> acknowledged_at;           // nullopt: nobody has, or it escalated since
  std::optional<Instant> resolved_at;               // nullopt: open
};

// UUIDv5 of ["metrics_alert", project, metric_key, type, created_at]: each opening has an id of its own, and a run that
// is repeated because its commit is in doubt gives the same one.
Uuid alert_id(const Uuid& project_id, const Alert& alert);

std::string_view to_string(AlertType type);
std::string_view to_string(AlertSeverity severity);
// nullopt: no such name.
std::optional<AlertType> parse_alert_type(std::string_view name);
std::optional<AlertSeverity> parse_alert_severity(std::string_view name);

}  // namespace tidemark
