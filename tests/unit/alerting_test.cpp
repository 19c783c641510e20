// Which alerts open, escalate and close. Spec: jobs, "Alerts, forecast, health".
#include "compute/alerting.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using namespace tidemark::tests;

using Side = AlertThresholds::Side;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 15} + 9 * kHour;

// Past 10, 14 and 21; back inside at 9.5.
const AlertLimits kAbove{Side::above, 10, 14, 21, 0.5};
// Past 65, 50 and 35; back inside at 68.25.
const AlertLimits kBelow{Side::below, 65, 50, 35, 3.25};

AlertWatch watch(std::optional<double> value, const AlertLimits& limits = kAbove) {
  return {"lead_time", AlertType::threshold, value, limits, "{}"};
}

// One key over time, as the job drives it.
struct Story {
  AlertLimits limits = kAbove;
  Instant now = kNow;
  std::vector<Alert> open;
  std::vector<AlertUpdate> last;

  void see(std::optional<double> value, Micros later = kMinute) {
    now += later;
    last = evaluate_alerts(open, {watch(value, limits)}, now);
    REQUIRE(last.size() <= 1);
    if (last.empty()) return;
    open.clear();
    if (!last[0].alert.resolved_at) open.push_back(last[0].alert);
  }
  std::optional<AlertChange> change() const { return last.empty() ? std::nullopt : std::optional{last[0].change}; }
  std::optional<AlertSeverity> severity() const {
    return open.empty() ? std::nullopt : std::optional{open[0].severity};
  }
};

std::optional<AlertSeverity> severity_at(double value, const AlertLimits& limits) {
  Story story;
  story.limits = limits;
  story.see(value);
  return story.severity();
}

}  // namespace

TEST_CASE("a value is past a limit when it lies beyond it, not on it") {
  CHECK_FALSE(severity_at(10, kAbove));
  CHECK(severity_at(10.01, kAbove) == AlertSeverity::warning);
  CHECK(severity_at(14, kAbove) == AlertSeverity::warning);
  CHECK(severity_at(14.01, kAbove) == AlertSeverity::critical);
  CHECK(severity_at(22, kAbove) == AlertSeverity::emergency);
  CHECK_FALSE(severity_at(65, kBelow));
  CHECK(severity_at(64.9, kBelow) == AlertSeverity::warning);
  CHECK(severity_at(35, kBelow) == AlertSeverity::critical);
  CHECK(severity_at(0, kBelow) == AlertSeverity::emergency);
}

TEST_CASE("an alert opens, escalates, keeps its severity, and closes inside the slack") {
  Story story;
  story.see(9.9);
  CHECK_FALSE(story.change());
  story.see(12);
  CHECK(story.change() == AlertChange::opened);
  const Instant opened = story.now;
  story.see(15);
  CHECK(story.change() == AlertChange::escalated);
  CHECK(story.open[0].threshold == 14);
  CHECK(story.open[0].created_at == opened);
  story.see(11);
  CHECK(story.change() == AlertChange::renewed);
  CHECK(story.severity() == AlertSeverity::critical);
  CHECK(story.open[0].threshold == 14);
  CHECK(story.open[0].value == 11);
  story.see(9.6);  // inside the limit, not yet by the slack
  CHECK(story.severity() == AlertSeverity::critical);
  story.see(9.5);
  CHECK(story.change() == AlertChange::closed);
  CHECK(story.last[0].alert.resolved_at == story.now);
  CHECK(story.last[0].alert.last_seen < story.now);
  CHECK(story.last[0].alert.value == 9.6);
  story.see(9.9);  // between slack and limit opens nothing
  CHECK_FALSE(story.change());
  story.see(12);
  CHECK(story.change() == AlertChange::opened);
  CHECK(story.open[0].created_at == story.now);
}

TEST_CASE("below: 65 closes from 68.25 on") {
  Story story;
  story.limits = kBelow;
  story.see(60);
  story.see(68.24);
  CHECK(story.severity() == AlertSeverity::warning);
  story.see(68.25);
  CHECK(story.change() == AlertChange::closed);
}

TEST_CASE("an undefined value neither opens nor closes, however long it lasts") {
  Story story;
  story.see(std::nullopt);
  CHECK_FALSE(story.change());
  story.see(12);
  story.see(std::nullopt, 400 * kDay);
  CHECK_FALSE(story.change());
  CHECK(story.severity() == AlertSeverity::warning);
}

TEST_CASE("an open alert that says the same is renewed hourly, and an escalation takes the acknowledgement back") {
  Story story;
  story.see(12);
  story.open[0].acknowledged_at = story.now;
  story.see(12, kHour - Micros{1});
  CHECK_FALSE(story.change());
  story.see(12, Micros{1});
  CHECK(story.change() == AlertChange::renewed);
  CHECK(story.open[0].last_seen == story.now);
  CHECK(story.open[0].acknowledged_at);
  story.see(13);
  CHECK(story.change() == AlertChange::renewed);
  CHECK(story.open[0].acknowledged_at);
  story.see(20);
  CHECK(story.change() == AlertChange::escalated);
  CHECK_FALSE(story.open[0].acknowledged_at);
}

TEST_CASE("an alert whose metric is no longer watched closes, and one of reconcile is left alone") {
  Alert gone;
  gone.metric_key = "gone";
  gone.created_at = gone.last_seen = kNow - kDay;
  Alert difference = gone;
  difference.type = AlertType::difference;
  const auto updates = evaluate_alerts({gone, difference}, {}, kNow);
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].change == AlertChange::closed);
  CHECK(updates[0].alert.type == AlertType::threshold);
  CHECK(updates[0].alert.resolved_at == kNow);
}

TEST_CASE("property: an alert never falls, closes only inside the slack, and opens only past a limit") {
  std::mt19937_64 random(20240315);
  for (int walk = 0; walk < 500; ++walk) {
    Story story;
    story.limits = walk % 2 == 0 ? kAbove : kBelow;
    const bool above = story.limits.side == Side::above;
    const double sign = above ? 1 : -1;
    double value = story.limits.warning;
    for (int step = 0; step < 60; ++step) {
      CAPTURE(walk, step, value);
      value += (static_cast<double>(random() % 2001) - 1000) / 1000 * story.limits.slack * 3;
      const bool unknown = random() % 10 == 0;
      const auto before = story.open;
      const auto seen = unknown ? std::nullopt : std::optional{value};
      const auto again = evaluate_alerts(before, {watch(seen, story.limits)}, story.now + kMinute);
      story.see(seen);
      REQUIRE(again.size() == story.last.size());  // the same input, the same answer
      if (!again.empty()) CHECK(again[0].alert.value == story.last[0].alert.value);
      const double past = sign * (value - story.limits.warning);
      if (before.empty()) CHECK((story.change() == AlertChange::opened) == (!unknown && past > 0));
      if (before.empty()) continue;
      CHECK((story.change() == AlertChange::closed) == (!unknown && past <= -story.limits.slack));
      if (!story.open.empty()) CHECK(story.open[0].severity >= before[0].severity);
      if (!story.open.empty()) CHECK(story.open[0].created_at == before[0].created_at);
    }
  }
}

TEST_CASE("property: of many keys no two alerts of one are open, whatever order they come in") {
  std::mt19937_64 random(7);
  const std::vector<std::string> keys{"a", "b", "c"};
  std::map<std::pair<std::string, AlertType>, Alert> open;
  Instant now = kNow;
  for (int step = 0; step < 2000; ++step) {
    now += kMinute;
    std::vector<AlertWatch> watches;
    for (const auto& key : keys)
      for (const auto type : {AlertType::threshold, AlertType::anomaly})
        watches.push_back({key, type, static_cast<double>(random() % 30), kAbove, "{}"});
    std::vector<Alert> alerts;
    for (const auto& [key, alert] : open) alerts.push_back(alert);
    const auto updates = evaluate_alerts(alerts, watches, now);
    std::shuffle(alerts.begin(), alerts.end(), random);
    std::shuffle(watches.begin(), watches.end(), random);
    const auto shuffled = evaluate_alerts(alerts, watches, now);
    REQUIRE(shuffled.size() == updates.size());
    for (std::size_t i = 0; i < updates.size(); ++i) {
      const auto& alert = updates[i].alert;
      CHECK(shuffled[i].alert.metric_key == alert.metric_key);
      CHECK(shuffled[i].alert.type == alert.type);
      CHECK(shuffled[i].change == updates[i].change);
      const std::pair key{alert.metric_key, alert.type};
      if (updates[i].change == AlertChange::opened) CHECK(open.count(key) == 0);
      if (updates[i].change != AlertChange::opened) CHECK(open.count(key) == 1);
      open.erase(key);
      if (!alert.resolved_at) open[key] = alert;
    }
  }
}

TEST_CASE("each opening has an id of its own, the same at every run") {
  Alert alert;
  alert.metric_key = "lead_time";
  alert.created_at = kNow;
  const auto id = alert_id(Uuid{}, alert);
  CHECK(id == uuid_v5(tidemark_namespace(),
                      R"(["metrics_alert","00000000-0000-0000-0000-000000000000","lead_time","threshold",)"
                      R"("2024-03-15T09:00:00Z"])"));
  alert.severity = AlertSeverity::emergency;
  CHECK(alert_id(Uuid{}, alert) == id);
  alert.created_at += Micros{1};
  CHECK(alert_id(Uuid{}, alert) != id);
}
