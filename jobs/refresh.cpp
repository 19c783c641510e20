#include "jobs/refresh.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "contracts/definition.hpp"
#include "jobs/project_refresh.hpp"
#include "readmodel/change_discovery.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/event_source.hpp"
#include "readmodel/queries/refresh_standing.hpp"
#include "readmodel/watermark.hpp"

namespace tidemark::jobs {
namespace {

using Clock = std::chrono::steady_clock;

Micros since(Clock::time_point start) { return std::chrono::duration_cast<Micros>(Clock::now() - start); }

void add(readmodel::TableCounts& total, const readmodel::TableCounts& part) {
  total.written += part.written;
  total.unchanged += part.unchanged;
  total.deleted += part.deleted;
}

void add(RefreshReport& total, const RefreshReport& part) {
  add(total.trend, part.trend);
  add(total.breakdown, part.breakdown);
  add(total.drilldown, part.drilldown);
  total.whole += part.whole;
  total.changes += part.changes;
  total.quarantine_changes += part.quarantine_changes;
  total.source_rows += part.source_rows;
  total.reading += part.reading;
  total.computing += part.computing;
  total.writing += part.writing;
}

bool is_due(const readmodel::RefreshStanding& standing, Instant now) {
  if (standing.dirty || !standing.counted || !standing.defined || !standing.as_of) return true;
  static const Micros kFreshness =
      std::min(freshness_minutes(MetricFamily::north_star), freshness_minutes(MetricFamily::operational)) * kMinute;
  return now - *standing.as_of >= kFreshness ||
         bucket_start(Grain::hour, now) > bucket_start(Grain::hour, *standing.as_of);
}

bool is_covered(const readmodel::ProjectHeader& project) {
  return project.status == "active" || project.status == "paused";
}

}  // namespace

std::vector<readmodel::ProjectHeader> refreshed_projects(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::list_projects(tx, {"active", "paused"});
}

void find_changes(readmodel::Session& session) {
  const Instant now = [&] {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::database_clock(tx);
  }();
  readmodel::retry([&] { return readmodel::discover_events(session, now); });
  readmodel::retry([&] { return readmodel::discover_changes(session, now); });
}

void find_changes_where_possible(readmodel::Session& session) {
  const auto source = [&] {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::find_event_source(tx);
  }();
  if (readmodel::watermark_faults(source).empty()) find_changes(session);
}

RefreshPlan plan_refresh(readmodel::Session& session, Instant now) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  std::map<Uuid, readmodel::RefreshStanding> standings;
  for (const auto& standing : readmodel::list_refresh_standings(tx)) standings.emplace(standing.project_id, standing);
  RefreshPlan plan;
  std::size_t present = 0;
  for (auto& project : readmodel::list_projects(tx)) {
    const auto standing = standings.find(project.id);
    if (standing != standings.end()) ++present;
    if (!is_covered(project)) continue;
    ++plan.covered;
    if (standing == standings.end() || is_due(standing->second, now)) plan.due.push_back(std::move(project));
  }
  plan.vanished = present < standings.size();
  return plan;
}

RefreshReport refresh(const RefreshOptions& options) {
  RefreshReport report;
  report.projects = options.projects.size();
  if (options.projects.empty()) return report;
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = Clock::now();
  const auto capabilities = [&] {
    readmodel::Session session(options.pool.connection);
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::discover_sources(tx);
  }();
  report.failures =
      for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
        const auto part = refresh_project(session, options.projects[index], options, capabilities);
        const std::lock_guard lock(mutex);
        add(report, part);
        if (options.progress) options.progress(++done);
      });
  report.elapsed = since(start);
  return report;
}

}  // namespace tidemark::jobs
