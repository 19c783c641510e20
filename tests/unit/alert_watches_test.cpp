// What alerts are judged by: thresholds, the days before, the age of the rows. Spec: jobs, "Alerts, forecast, health".
#include <nlohmann/json.hpp>

#include "compute/alerting.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 15} + 9 * kHour;
const Instant kToday = bucket_start(Grain::day, kNow);

MetricSeries series_of(const std::string& metric, const std::vector<double>& newest_first) {
  MetricSeries series{find_metric(metric), kNow, {}};
  Instant day = kToday;
  for (const double value : newest_first) {
    series.points.push_back({day, false, value, value});
    day -= kDay;
  }
  return series;
}

// The eight values whose mean is 5 and whose population deviation is 2, after `newest`.
std::vector<double> textbook(double newest) { return {newest, 2, 4, 4, 4, 5, 5, 7, 9}; }

std::optional<AlertSeverity> anomaly(const MetricSeries& series) {
  const auto found = watch_anomaly(series);
  const auto updates = evaluate_alerts({}, {found}, kNow);
  return updates.empty() ? std::nullopt : std::optional{updates[0].alert.severity};
}

}  // namespace

TEST_CASE("a threshold is held against the as-of's day, that of an event metric against the newest whole day") {
  const auto thresholds = *find_metric("lead_time")->thresholds;
  auto series = series_of("lead_time", {99, 20000, 5});
  series.points[0].partial = true;
  auto found = watch_threshold(series, thresholds);
  CHECK(found.value == 20000);
  CHECK(found.limits.warning == 14400);
  CHECK(found.limits.slack == Approx(720));
  CHECK(found.context ==
        R"({"side": "above", "unit": "minutes", "field": "p90_minutes", "bucket": "2024-03-14T00:00:00Z"})");
  series.as_of = series.points[1].bucket + kDay + kWeek - Micros{1};  // idle for a week
  CHECK(watch_threshold(series, thresholds).value == 20000);
  series.as_of += Micros{1};
  CHECK_FALSE(watch_threshold(series, thresholds).value);
  series.as_of = kNow;
  series.points[1].field_value.reset();
  CHECK_FALSE(watch_threshold(series, thresholds).value);

  auto backlog = series_of("backlog", {30, 5});
  backlog.points[0].partial = true;
  CHECK(watch_threshold(backlog, *find_metric("backlog")->thresholds).value == 30);
  backlog.as_of += kDay;  // the day has no point: the level is unknown
  CHECK_FALSE(watch_threshold(backlog, *find_metric("backlog")->thresholds).value);
  backlog.points.clear();
  CHECK_FALSE(watch_threshold(backlog, *find_metric("backlog")->thresholds).value);
}

TEST_CASE("golden: mean 5 and deviation 2 make 9 usual, more a warning, more than 11 critical") {
  CHECK_FALSE(anomaly(series_of("wip", textbook(9))));
  CHECK(anomaly(series_of("wip", textbook(9.01))) == AlertSeverity::warning);
  CHECK(anomaly(series_of("wip", textbook(11))) == AlertSeverity::warning);
  CHECK(anomaly(series_of("wip", textbook(11.01))) == AlertSeverity::critical);
  CHECK_FALSE(anomaly(series_of("wip", textbook(1))));
  CHECK(anomaly(series_of("wip", textbook(0.99))) == AlertSeverity::warning);
  CHECK(anomaly(series_of("wip", textbook(-1.01))) == AlertSeverity::critical);
  const auto found = watch_anomaly(series_of("wip", textbook(0.5)));
  CHECK(found.limits.warning == 1);
  CHECK(found.limits.slack == Approx(0.2));
  const auto context = nlohmann::json::parse(found.context);
  CHECK(context["mean"] == 5);
  CHECK(context["deviation"] == 2);
  CHECK(context["points"] == 8);
  CHECK(context["side"] == "below");
}

TEST_CASE("an anomaly needs eight values before it, at most 28, and days that differ") {
  auto values = textbook(100);
  values.pop_back();
  CHECK_FALSE(watch_anomaly(series_of("wip", values)).value);
  // Only the 28 days before count: the wild ones are older.
  values.assign(40, 5);
  values[0] = 7;
  for (std::size_t i = 1; i <= 28; ++i) values[i] = i % 2 == 0 ? 4 : 6;
  for (std::size_t i = 29; i < values.size(); ++i) values[i] = 1000;
  CHECK(watch_anomaly(series_of("wip", values)).limits.warning == 7);  // mean 5, deviation 1
  // Days that are all alike have no deviation: no anomaly opens, and one that is open closes with the usual value.
  values.assign(29, 0.1);
  values[0] = 0.2;
  CHECK_FALSE(watch_anomaly(series_of("wip", values)).value);
  values[0] = 0.1;
  const auto usual = watch_anomaly(series_of("wip", values));
  CHECK(usual.value == 0.1);
  CHECK(evaluate_alerts({}, {usual}, kNow).empty());
  Alert open;
  open.metric_key = "wip";
  open.type = AlertType::anomaly;
  open.created_at = open.last_seen = kNow - kDay;
  REQUIRE(evaluate_alerts({open}, {usual}, kNow).size() == 1);
  CHECK(evaluate_alerts({open}, {usual}, kNow)[0].change == AlertChange::closed);
}

TEST_CASE("rows older than the target of their family are a warning") {
  const auto severity = [](Micros age,
                           MetricFamily family = MetricFamily::operational) -> std::optional<AlertSeverity> {
    const auto updates = evaluate_alerts({}, {watch_freshness(family, kNow - age, kNow)}, kNow);
    return updates.empty() ? std::nullopt : std::optional{updates[0].alert.severity};
  };
  CHECK_FALSE(severity(Micros{0}));
  CHECK_FALSE(severity(15 * kMinute));
  CHECK(severity(16 * kMinute) == AlertSeverity::warning);
  CHECK(severity(kDay) == AlertSeverity::warning);
  CHECK_FALSE(severity(kHour, MetricFamily::north_star));
  CHECK(severity(kHour + kMinute, MetricFamily::north_star) == AlertSeverity::warning);
  CHECK_FALSE(severity(-kDay));  // a run at an earlier as-of

  // Rows that stay stale are renewed hourly, not at every run.
  const auto stale = kNow - 2 * kHour;
  auto updates = evaluate_alerts({}, {watch_freshness(MetricFamily::operational, stale, kNow)}, kNow);
  const std::vector<Alert> open{updates[0].alert};
  CHECK(open[0].metric_key == "operational");
  CHECK(evaluate_alerts(open, {watch_freshness(MetricFamily::operational, stale, kNow + kMinute)}, kNow + kMinute)
            .empty());
  updates = evaluate_alerts(open, {watch_freshness(MetricFamily::operational, stale, kNow + kHour)}, kNow + kHour);
  CHECK(updates[0].change == AlertChange::renewed);
  CHECK(updates[0].alert.value == 180);
}
