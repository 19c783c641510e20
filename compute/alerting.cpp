#include "compute/alerting.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "contracts/definition.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {
namespace {

using Side = AlertThresholds::Side;

constexpr double kHysteresis = 0.05;
constexpr std::size_t kAnomalyPoints = 28;
constexpr std::size_t kLeastAnomalyPoints = 8;
constexpr double kWarningDeviations = 2;
constexpr double kCriticalDeviations = 3;
constexpr Micros kEventReach = kWeek;  // what a summary looks back
constexpr Micros kRenewal = kHour;

bool is_past(double value, double limit, Side side) { return side == Side::above ? value > limit : value < limit; }

std::optional<AlertSeverity> severity_of(double value, const AlertLimits& limits) {
  const auto past = [&](std::optional<double> limit) { return limit && is_past(value, *limit, limits.side); };
  if (past(limits.emergency)) return AlertSeverity::emergency;
  if (past(limits.critical)) return AlertSeverity::critical;
  if (past(limits.warning)) return AlertSeverity::warning;
  return std::nullopt;
}

bool closes(double value, const AlertLimits& limits) {
  const double inside = limits.side == Side::above ? limits.warning - limits.slack : limits.warning + limits.slack;
  return !is_past(value, inside, limits.side);
}

double limit_of(AlertSeverity severity, const AlertLimits& limits) {
  if (severity == AlertSeverity::emergency) return limits.emergency.value_or(limits.warning);
  if (severity == AlertSeverity::critical) return limits.critical.value_or(limits.warning);
  return limits.warning;
}

// Where the newest point that can be judged is; the end of the points where there is none.
std::vector<DayPoint>::const_iterator newest_point(const MetricSeries& series) {
  const auto& points = series.points;
  if (series.metric->kind == MetricKind::event) {
    const auto newest =
        std::find_if(points.begin(), points.end(), [](const DayPoint& point) { return !point.partial; });
    const bool recent = newest != points.end() && newest->bucket + kDay > series.as_of - kEventReach;
    return recent ? newest : points.end();
  }
  const bool current = !points.empty() && points.front().bucket == bucket_start(Grain::day, series.as_of);
  return current ? points.begin() : points.end();
}

struct Spread {
  double mean;
  double deviation;
};

// Of a population. `values` in any order, not empty. Equal values deviate by exactly 0.
Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  if (values.front() == values.back()) return {values.front(), 0};
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  const double squares = std::accumulate(values.begin(), values.end(), 0.0,
                                         [&](double sum, double v) { return sum + (v - mean) * (v - mean); });
  return {mean, std::sqrt(squares / n)};
}

Alert opened_alert(const AlertWatch& watch, AlertSeverity severity, Instant as_of) {
  return {watch.metric_key, watch.type, severity, *watch.value, limit_of(severity, watch.limits),
          watch.context,    as_of,      as_of,    std::nullopt, std::nullopt};
}

// Rows that stay stale grow older with every look, which says nothing new.
bool says_the_same(const Alert& before, const Alert& after) {
  if (before.threshold != after.threshold) return false;
  return before.type == AlertType::freshness || (before.value == after.value && before.context == after.context);
}

std::optional<AlertUpdate> follow(const Alert& open, const AlertWatch& watch, Instant as_of) {
  Alert alert = open;
  if (closes(*watch.value, watch.limits)) {
    alert.resolved_at = as_of;
    return AlertUpdate{AlertChange::closed, std::move(alert)};
  }
  const auto severity = std::max(open.severity, severity_of(*watch.value, watch.limits).value_or(open.severity));
  alert = opened_alert(watch, severity, as_of);
  alert.created_at = open.created_at;
  if (severity > open.severity) return AlertUpdate{AlertChange::escalated, std::move(alert)};
  alert.acknowledged_at = open.acknowledged_at;
  if (says_the_same(open, alert) && as_of - open.last_seen < kRenewal) return std::nullopt;
  return AlertUpdate{AlertChange::renewed, std::move(alert)};
}

}  // namespace

AlertWatch watch_threshold(const MetricSeries& series, const AlertThresholds& thresholds) {
  AlertWatch watch{std::string{series.metric->key}, AlertType::threshold, std::nullopt, {}, {}};
  watch.limits = {thresholds.side, thresholds.warning, thresholds.critical, thresholds.emergency,
                  kHysteresis * std::fabs(thresholds.warning)};
  const auto newest = newest_point(series);
  if (newest == series.points.end()) return watch;
  watch.value = newest->field_value;
  watch.context = JsonObject{}
                      .add("bucket", format_instant(newest->bucket))
                      .add("field", thresholds.field.empty() ? "value" : thresholds.field)
                      .add("side", to_string(thresholds.side))
                      .add("unit", series.metric->unit)
                      .text();
  return watch;
}

AlertWatch watch_anomaly(const MetricSeries& series) {
  AlertWatch watch{std::string{series.metric->key}, AlertType::anomaly, std::nullopt, {}, {}};
  const auto newest = newest_point(series);
  if (newest == series.points.end() || !newest->value) return watch;
  std::vector<double> before;
  const auto points = std::min<std::ptrdiff_t>(kAnomalyPoints, series.points.end() - newest - 1);
  std::for_each(newest + 1, newest + 1 + points, [&](const DayPoint& point) {
    if (point.value) before.push_back(*point.value);
  });
  if (before.size() < kLeastAnomalyPoints) return watch;
  const Spread spread = spread_of(before);
  if (spread.deviation == 0 && *newest->value != spread.mean) return watch;
  const bool high = *newest->value >= spread.mean;
  const auto limit = [&](double deviations) {
    return spread.mean + (high ? deviations : -deviations) * spread.deviation;
  };
  watch.value = newest->value;
  watch.limits = {high ? Side::above : Side::below, limit(kWarningDeviations), limit(kCriticalDeviations), std::nullopt,
                  kHysteresis * kWarningDeviations * spread.deviation};
  watch.context = JsonObject{}
                      .add("bucket", format_instant(newest->bucket))
                      .add("mean", spread.mean)
                      .add("deviation", spread.deviation)
                      .add("points", before.size())
                      .add("side", to_string(watch.limits.side))
                      .add("unit", series.metric->unit)
                      .text();
  return watch;
}

AlertWatch watch_freshness(MetricFamily family, Instant newest_as_of, Instant now) {
  AlertWatch watch{std::string{to_string(family)}, AlertType::freshness, to_minutes(now - newest_as_of), {}, {}};
  watch.limits.warning = freshness_minutes(family);
  watch.limits.slack = kHysteresis * watch.limits.warning;
  watch.context = JsonObject{}.add("as_of", format_instant(newest_as_of)).add("unit", "minutes").text();
  return watch;
}

std::vector<AlertUpdate> evaluate_alerts(const std::vector<Alert>& open, const std::vector<AlertWatch>& watches,
                                         Instant as_of) {
  using Key = std::pair<std::string, AlertType>;
  std::map<Key, std::pair<const Alert*, const AlertWatch*>> by_key;
  for (const auto& alert : open)
    if (alert.type != AlertType::difference) by_key[{alert.metric_key, alert.type}].first = &alert;
  for (const auto& watch : watches) by_key[{watch.metric_key, watch.type}].second = &watch;

  std::vector<AlertUpdate> updates;
  for (const auto& [key, pair] : by_key) {
    const auto& [alert, watch] = pair;
    if (watch == nullptr) {
      updates.push_back({AlertChange::closed, *alert});
      updates.back().alert.resolved_at = as_of;
    } else if (!watch->value) {
      continue;
    } else if (alert != nullptr) {
      if (auto update = follow(*alert, *watch, as_of)) updates.push_back(std::move(*update));
    } else if (const auto severity = severity_of(*watch->value, watch->limits)) {
      updates.push_back({AlertChange::opened, opened_alert(*watch, *severity, as_of)});
    }
  }
  return updates;
}

std::vector<AlertUpdate> evaluate_differences(const std::vector<Alert>& open,
                                              const std::vector<MetricDifference>& found, Instant as_of) {
  std::map<std::string, const Alert*> before;
  for (const auto& alert : open)
    if (alert.type == AlertType::difference) before[alert.metric_key] = &alert;
  std::vector<AlertUpdate> updates;
  for (const auto& difference : found) {
    Alert alert{difference.metric_key,
                AlertType::difference,
                AlertSeverity::warning,
                static_cast<double>(difference.rows),
                0,
                difference.context,
                as_of,
                as_of,
                std::nullopt,
                std::nullopt};
    const auto known = before.extract(difference.metric_key);
    if (known) {
      alert.created_at = known.mapped()->created_at;
      alert.acknowledged_at = known.mapped()->acknowledged_at;
    }
    updates.push_back({known ? AlertChange::renewed : AlertChange::opened, std::move(alert)});
  }
  for (const auto& [metric, alert] : before) {
    updates.push_back({AlertChange::closed, *alert});
    updates.back().alert.resolved_at = as_of;
  }
  return updates;
}

}  // namespace tidemark::compute
