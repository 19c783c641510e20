#include "jobs/alerts.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

#include "compute/alerting.hpp"
#include "readmodel/alert_store.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/queries/day_series.hpp"

namespace tidemark::jobs {
namespace {

// What is known of a project, in one snapshot.
struct Findings {
  readmodel::AlertBook book;
  readmodel::DataVersions versions;  // empty: nothing has been computed yet
  std::vector<readmodel::DaySeriesPoint> points;
  Instant clock;
};

std::vector<const Metric*> watched_metrics() {
  std::vector<const Metric*> metrics;
  for (const auto& metric : all_metrics())
    if (metric.undivided && metric.domain == Domain::delivery) metrics.push_back(&metric);
  return metrics;
}

Findings find(readmodel::Session& session, const Uuid& project_id, Instant as_of) {
  readmodel::DaySeriesQuery query{project_id, {}, {}, as_of, compute::kSeriesPoints};
  for (const auto* metric : watched_metrics()) {
    query.metric_keys.emplace_back(metric->key);
    query.fields.push_back(metric->thresholds ? metric->thresholds->field : std::string{});
  }
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  Findings findings;
  findings.book = readmodel::read_alert_book(tx, project_id);
  findings.versions = readmodel::read_data_versions(tx, project_id);
  findings.points = readmodel::read_day_series(tx, query);
  findings.clock = readmodel::database_clock(tx);
  return findings;
}

std::vector<compute::AlertWatch> watches_of(const Findings& findings, const AlertOptions& options) {
  // Rows that are older than the run speak for their own as-of.
  const Instant at = std::min(options.as_of, *readmodel::newest_as_of(findings.versions));
  std::vector<compute::AlertWatch> watches;
  for (const auto& [family, version] : findings.versions)
    watches.push_back(compute::watch_freshness(family, version.state.as_of, options.as_of));
  for (const auto* metric : watched_metrics()) {
    compute::MetricSeries series{metric, at, {}};
    for (const auto& point : findings.points)
      if (point.metric_key == metric->key)
        series.points.push_back({point.bucket, point.partial, point.value, point.field_value});
    watches.push_back(compute::watch_anomaly(series));
    if (const auto thresholds = thresholds_of(*metric, options.thresholds))
      watches.push_back(compute::watch_threshold(series, *thresholds));
  }
  return watches;
}

AlertReport raise_for(readmodel::Session& session, const readmodel::ProjectHeader& project,
                      const AlertOptions& options) {
  AlertReport report;
  const auto findings = find(session, project.id, options.as_of);
  if (findings.versions.empty()) {
    report.never_computed = 1;
    return report;
  }
  if (findings.book.newest && *findings.book.newest > options.as_of) {
    report.looked_at_later = 1;
    return report;
  }
  const auto updates = compute::evaluate_alerts(findings.book.open, watches_of(findings, options), options.as_of);
  std::vector<Alert> alerts;
  for (const auto& update : updates) {
    alerts.push_back(update.alert);
    switch (update.change) {
      case compute::AlertChange::opened: ++report.opened; break;
      case compute::AlertChange::escalated: ++report.escalated; break;
      case compute::AlertChange::renewed: ++report.renewed; break;
      case compute::AlertChange::closed: ++report.closed; break;
    }
  }
  readmodel::write_alerts(session, {project.id, findings.clock, findings.book.fencing_token}, alerts);
  report.unchanged = std::ssize(findings.book.open) + report.opened - report.written();
  return report;
}

void add(AlertReport& total, const AlertReport& part) {
  total.never_computed += part.never_computed;
  total.looked_at_later += part.looked_at_later;
  total.opened += part.opened;
  total.escalated += part.escalated;
  total.renewed += part.renewed;
  total.closed += part.closed;
  total.unchanged += part.unchanged;
}

}  // namespace

AlertReport raise_alerts(const AlertOptions& options) {
  AlertReport report;
  report.projects = options.projects.size();
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  report.failures =
      for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
        const auto part = readmodel::retry([&] { return raise_for(session, options.projects[index], options); });
        const std::lock_guard lock(mutex);
        add(report, part);
        if (options.progress) options.progress(++done);
      });
  report.elapsed = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);
  return report;
}

}  // namespace tidemark::jobs
