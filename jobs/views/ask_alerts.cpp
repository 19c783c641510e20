#include <algorithm>

#include "contracts/definition.hpp"
#include "contracts/error.hpp"
#include "jobs/views/alerts_view.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/parameters.hpp"
#include "jobs/views/summary_view.hpp"

namespace tidemark::views {
namespace {

// A day's first slot may have been missed: then the milestones of the day before stand.
constexpr Micros kMilestonesStand = kDay;

AlertSeverity require_severity(std::string_view name) {
  if (const auto severity = parse_alert_severity(name)) return *severity;
  refuse_value("severity", name, "the severities", {"warning", "critical", "emergency"});
}

std::optional<readmodel::AlertState> require_state(std::string_view name) {
  if (name == "open") return readmodel::AlertState::open;
  if (name == "resolved") return readmodel::AlertState::resolved;
  if (name == "all") return std::nullopt;
  refuse_value("state", name, "the states of an alert", {"open", "resolved", "all"});
}

// Alerts of freshness are those of a metric family.
std::string require_metric_or_family(const std::string& key) {
  const bool is_family = std::any_of(kMetricFamilies.begin(), kMetricFamilies.end(),
                                     [&](MetricFamily family) { return key == to_string(family); });
  return is_family ? key : std::string{require_metric(key).key};
}

}  // namespace

Answered ask(readmodel::Transaction& tx, const AlertsQuestion& question, Instant now) {
  readmodel::AlertQuery query;
  if (question.severity) query.severity = require_severity(*question.severity);
  if (question.metric) query.metric_key = require_metric_or_family(*question.metric);
  query.state = require_state(question.state);
  const auto subject = find_subject(tx, question.project, nullptr, now);
  query.project_id = subject.project.id;
  Answered answered{subject.project.name, nullptr, alerts_view(subject.project.id, readmodel::list_alerts(tx, query))};
  subject.add_meta(answered.answer);
  return answered;
}

Answered ask(readmodel::Transaction& tx, const ActionsQuestion& question, Instant now) {
  auto answered = ask(tx, SummaryQuestion{question.project, std::nullopt}, now);
  auto answer = actions_view(answered.answer);
  if (answered.answer.contains("meta")) answer["meta"] = answered.answer["meta"];
  answered.answer = std::move(answer);
  return answered;
}

Answered ask(readmodel::Transaction& tx, const HealthQuestion& question, Instant now) {
  const auto subject = find_subject(tx, question.project, nullptr, now);
  const Instant at =
      question.timestamp ? require_instant("--timestamp", *question.timestamp) : std::max(subject.as_of, now);
  const auto summary = readmodel::find_summary(tx, {subject.project.id, at, {}});
  const Instant slot = summary ? summary->captured_at : at;
  const auto milestones = readmodel::find_milestone_summaries(tx, subject.project.id, slot,
                                                              bucket_start(Grain::day, slot) - kMilestonesStand);
  Answered answered{subject.project.name, nullptr, health_view(subject.project.id, slot, milestones)};
  subject.add_meta(answered.answer);
  return answered;
}

}  // namespace tidemark::views
