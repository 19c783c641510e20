// Which alerts open, escalate and close. Pure: what is open and what is measured in, the changes out.
// Spec: jobs, "Alerts, forecast, health".
//
//                 past a limit                  past a worse limit
//   (no alert) ───────────────────> open ────────────────────────────> open, more severe
//                                    │  back inside the warning limit by the slack
//                                    └────────────────────────────────────────────> closed
//
// The severity never falls while an alert is open: it says how bad it got. A value between the warning limit and the
// slack keeps an open alert open and opens none, so that a value that wavers at a limit makes one alert, not many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/alert.hpp"
#include "contracts/catalogue.hpp"

namespace tidemark::compute {

// A value is past a limit when it lies on `side` of it; one equal to the limit is not.
struct AlertLimits {
  AlertThresholds::Side side = AlertThresholds::Side::above;
  double warning = 0;
  std::optional<double> critical;   // nullopt: never so severe
  std::optional<double> emergency;  // nullopt: never so severe
  double slack = 0;                 // how far inside the warning limit a value closes the alert; >= 0
};

// One thing that may be wrong with a project, as measured at an as-of.
struct AlertWatch {
  std::string metric_key;  // freshness: the metric family
  AlertType type = AlertType::threshold;
  std::optional<double> value;  // nullopt: undefined now, which neither opens nor closes
  AlertLimits limits;
  std::string context;  // JSON in stored form
};

// A day point of a metric without dimensions, as it is stored.
struct DayPoint {
  Instant bucket;
  bool partial = false;
  std::optional<double> value;  // value_numeric
  std::optional<double>
      field_value;  // the member of value_json that the metric's thresholds are for, else value_numeric
};

// The day points of a metric at an as-of, newest first, at most kSeriesPoints of them.
struct MetricSeries {
  const Metric* metric;
  Instant as_of;
  std::vector<DayPoint> points;
};

// The newest point, the one that may be partial, and the 28 before.
inline constexpr int kSeriesPoints = 30;

// The newest value against the thresholds; slack: 5 % of the warning threshold. The newest point of an event metric is
// the newest whole day that has one, since a day that has just begun holds too few facts, and must reach into the seven
// days before the as-of; that of a level or rolling metric is the as-of's own day. Undefined where there is none.
AlertWatch watch_threshold(const MetricSeries& series, const AlertThresholds& thresholds);

// The newest value against the mean of up to 28 day points before it: past 2 population deviations a warning, past 3
// critical; slack: 5 % of the 2 deviations. Undefined with fewer than 8 values, or where all of them are equal and the
// newest is not.
AlertWatch watch_anomaly(const MetricSeries& series);

// The age of a family's newest as-of, in minutes: past the shortest freshness target of its metrics a warning; slack:
// 5 % of the target.
AlertWatch watch_freshness(MetricFamily family, Instant newest_as_of, Instant now);

enum class AlertChange { opened, escalated, renewed, closed };

struct AlertUpdate {
  AlertChange change;
  Alert alert;  // as it is to be stored
};

// What an evaluation at `as_of` changes, by metric and type. An alert that stays open is renewed when what it says has
// changed (the age of stale rows alone does not count), or an hour after it was last. One whose watch is gone (a metric
// that has left the catalogue) closes; alerts of type difference are not looked at.
// Requires: no open alert is newer than `as_of`; one open alert at most, and one watch, of each metric and type.
std::vector<AlertUpdate> evaluate_alerts(const std::vector<Alert>& open, const std::vector<AlertWatch>& watches,
                                         Instant as_of);

// Stored rows of a metric that a recompute did not give.
struct MetricDifference {
  std::string metric_key;
  std::int64_t rows = 0;  // from 1 on
  std::string context;    // JSON in stored form
};

// What a reconcile at `as_of` changes: one open alert of type difference, a warning, per metric in `found`, opened or
// renewed; those of other metrics close. Alerts of other types are not looked at.
// Requires: as evaluate_alerts(); at most one difference of a metric.
std::vector<AlertUpdate> evaluate_differences(const std::vector<Alert>& open,
                                              const std::vector<MetricDifference>& found, Instant as_of);

}  // namespace tidemark::compute
