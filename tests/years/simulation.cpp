#include "years/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "contracts/catalogue.hpp"
#include "jobs/snapshot.hpp"
#include "migrations/migrator.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

constexpr int kDaysSpoilt = 5;
constexpr std::array kSlots{Micros{0}, 6 * kHour, 12 * kHour, 18 * kHour};

void install_capture(const std::string& url) {
  migrations::MigrationOptions options;
  options.url = url;
  migrations::Goal goal;
  goal.capture = migrations::ChangeCapture::install;
  migrations::apply(options, goal);
}

// What a row tells of: its own instant, the earliest.
std::optional<Instant> instant_of(const SourceRow& row) {
  for (const char* name : {"created_at", "started_at"})
    if (const auto found = row.columns.find(name); found != row.columns.end() && found->is_string())
      return parse_instant(found->get<std::string>());
  return std::nullopt;
}

void remove_row(pqxx::transaction_base& tx, const SourceRow& row) {
  tx.exec(fmt::format("DELETE FROM {} WHERE {} = {}", row.table, row.table == "event_log" ? "correlation_id" : "id",
                      tx.quote(key_of(row))));
}

std::string where(const LeftInPlace& week) {
  return fmt::format(
      "project_id = '{}' AND metric_key = '{}' AND time_grain = 'week' AND time_bucket = '{}' AND dimensions = '{{}}'",
      to_string(week.project), week.metric, format_instant(week.week));
}

template <typename Report>
void expect_no_failure(const Report& report, const char* job) {
  if (!report.failures.empty()) throw std::runtime_error(fmt::format("{}: {}", job, report.failures.front().reason));
}

}  // namespace

Simulation::Simulation(Instant begin, std::vector<SimulatedProject> projects, std::uint64_t seed)
    : chance_(seed), today_(bucket_start(Grain::day, begin)), as_of_(today_), session_(database_.connection()) {
  install_capture(database_.url());
  for (auto& project : projects) projects_.push_back({std::move(project), {}, {}, {}, {}});
}

Instant Simulation::reach(const Project& project) const {
  const auto days = project.source.source_retention_days;
  if (!days) return Instant::min();
  auto monday = bucket_start(Grain::week, as_of_);
  while (monday - kWeek >= as_of_ - *days * kDay) monday -= kWeek;
  return monday;
}

// The week whose hours and days go today for the first time.
std::optional<Instant> Simulation::week_now_due() const {
  const Instant end = bucket_start(Grain::week, as_of_ - 90 * kDay);
  if (end < today_ - 90 * kDay) return std::nullopt;
  return end - kWeek;
}

Retained Simulation::retained() const {
  Retained retained{as_of_, {}};
  if (sabotage_) retained.left.push_back(sabotage_->week);
  return retained;
}

void Simulation::write_arrivals() {
  late_.clear();
  oldest_arrival_.reset();
  readmodel::translated("write source rows", [&] {
    pqxx::work tx(session_.pqxx_connection());
    for (auto& project : projects_) {
      const auto before = reach(project);
      std::vector<SourceRow> rows;
      const auto write = [&] {
        write_rows(tx, rows);
        rows.clear();
      };
      for (auto& arrival : project.source.life.until(today_ + kDay)) {
        ++figures_.arrivals;
        const auto at = instant_of(arrival.row);
        if (at && arrival.row.table != "project") oldest_arrival_ = std::min(oldest_arrival_.value_or(*at), *at);
        if (arrival.act == Act::remove) {
          write();
          remove_row(tx, arrival.row);
          continue;
        }
        if (at && *at < before && arrival.row.table == "event_log") late_.push_back(arrival.row);
        rows.push_back(std::move(arrival.row));
      }
      write();
    }
    tx.commit();
  });
}

// Runs and quarantine entries of the day, as the jobs' own would be if the database's clock were the simulation's;
// those that the jobs left the day before are moved to it.
void Simulation::write_books() {
  const auto now = format_instant(as_of_);
  run_sql(session_, fmt::format(R"(
    INSERT INTO metrics_job_run (id, job, mode, status, started_at, finished_at)
      SELECT gen_random_uuid(), job, 'full', 'succeeded', timestamptz '{0}' - n * interval '6 hours',
             timestamptz '{0}' - n * interval '6 hours'
      FROM unnest(ARRAY['refresh', 'snapshot', 'alerts', 'compact', 'reconcile']) AS job, generate_series(0, 3) AS n;
    INSERT INTO metrics_quarantine (id, source, source_key, reason, first_seen, last_seen, resolved_at)
      SELECT gen_random_uuid(), 'event_log', '{0}' || n, 'simulated', '{0}', '{0}', CASE WHEN n > 0 THEN '{0}'::timestamptz END
      FROM generate_series(0, 3) AS n;
    UPDATE metrics_quarantine SET first_seen = least(first_seen, '{0}'), last_seen = '{0}' WHERE last_seen > '{0}')",
                                now));
}

void Simulation::refresh_and_snapshot() {
  jobs::find_changes(session_);
  const jobs::ProjectPool pool{database_.connection(), 1};
  const auto headers = jobs::refreshed_projects(session_);
  for (auto& project : projects_) {
    project.header = *std::find_if(headers.begin(), headers.end(),
                                   [&](const auto& header) { return header.id == project.source.life.id(); });
    jobs::RefreshOptions options{pool, as_of_, {project.header}, {}, {}};
    options.retention.source_retention_days = project.source.source_retention_days;
    expect_no_failure(jobs::refresh(options), "refresh");
  }
  for (const auto slot : kSlots) {
    jobs::SnapshotOptions options;
    options.pool = pool;
    options.as_of = today_ + slot;
    options.projects = headers;
    expect_no_failure(jobs::take_snapshots(options), "snapshot");
  }
}

// As an owner does it: what a task has, once all of it is older than the retention.
void Simulation::purge_sources(Project& project) {
  const auto sql = fmt::format(R"(
    CREATE TEMPORARY TABLE old_task ON COMMIT DROP AS
      SELECT t.id FROM task AS t
      WHERE t.project_id = '{0}' AND t.created_at < '{1}'
        AND NOT EXISTS (SELECT FROM event_log AS x WHERE x.entity_id = t.id AND x.created_at >= '{1}')
        AND NOT EXISTS (SELECT FROM gate_decision AS x WHERE x.task_id = t.id AND x.created_at >= '{1}')
        AND NOT EXISTS (SELECT FROM gate_candidate_link AS x WHERE t.id IN (x.candidate_task_id, x.gate_task_id)
                          AND x.created_at >= '{1}')
        AND NOT EXISTS (SELECT FROM integration_attempt AS x WHERE x.task_id = t.id AND x.ended_at >= '{1}')
        AND NOT EXISTS (SELECT FROM artifact AS x WHERE x.task_id = t.id AND x.created_at >= '{1}')
        AND NOT EXISTS (SELECT FROM dependency_edge AS x WHERE t.id IN (x.from_task_id, x.to_task_id)
                          AND x.created_at >= '{1}');
    DELETE FROM event_log WHERE entity_id IN (SELECT id FROM old_task);
    DELETE FROM gate_decision WHERE task_id IN (SELECT id FROM old_task);
    DELETE FROM gate_candidate_link WHERE candidate_task_id IN (SELECT id FROM old_task)
                                       OR gate_task_id IN (SELECT id FROM old_task);
    DELETE FROM integration_attempt WHERE task_id IN (SELECT id FROM old_task);
    DELETE FROM artifact WHERE task_id IN (SELECT id FROM old_task);
    DELETE FROM lease WHERE task_id IN (SELECT id FROM old_task);
    DELETE FROM dependency_edge WHERE from_task_id IN (SELECT id FROM old_task)
                                   OR to_task_id IN (SELECT id FROM old_task);
    DELETE FROM plan_change_set WHERE project_id = '{0}' AND applied_at < '{1}';
    DELETE FROM task WHERE id IN (SELECT id FROM old_task))",
                               to_string(project.header.id), format_instant(reach(project) - 7 * kDay));
  const auto rows = [&] {
    return std::stoll(sql_value(
        session_, fmt::format("SELECT count(*) FROM event_log WHERE project_id = '{}'", to_string(project.header.id))));
  };
  const auto before = rows();
  run_sql(session_, sql);
  figures_.purged += before - rows();
}

// Some week rows are gone when their days are due: they have to be merged.
void Simulation::lose_weeks() {
  const auto week = week_now_due();
  if (!week) return;
  for (auto& project : projects_) {
    if (chance_.hits(40)) continue;
    for (const auto& metric : all_metrics()) {
      if (!chance_.hits(30)) continue;
      if (sabotage_ && sabotage_->week.metric == metric.key && sabotage_->week.week == *week) continue;
      const auto bucket = format_instant(*week);
      run_sql(session_, fmt::format("DELETE FROM metrics_trend_point WHERE project_id = '{}' AND metric_key = '{}' AND "
                                    "time_grain = 'week' AND time_bucket = '{}'",
                                    to_string(project.header.id), metric.key, bucket));
      project.merged.insert(fmt::format("{}|{}", metric.key, bucket));
    }
  }
}

void Simulation::spoil_a_week() {
  const auto week = week_now_due();
  if (!week || sabotage_ || !chance_.hits(20)) return;
  const LeftInPlace spoilt{chance_.one_of(projects_).header.id,
                           chance_.one_of<std::string>({"wip", "throughput", "lead_time"}), *week};
  const auto right = value_of(spoilt);
  if (right.empty()) return;
  run_sql(session_, "UPDATE metrics_trend_point SET value_numeric = value_numeric * 1.5 + 1 WHERE " + where(spoilt));
  sabotage_ = Sabotage{spoilt, right, value_of(spoilt), today_ + kDaysSpoilt * kDay};
}

// Or a refresh has done so, after a late change.
void Simulation::mend_the_week() {
  if (!sabotage_) return;
  const auto& [spoilt, right, wrong, until] = *sabotage_;
  if (value_of(spoilt) == wrong) {
    if (today_ < until) return;
    run_sql(session_, "UPDATE metrics_trend_point SET value_numeric = " + right + " WHERE " + where(spoilt));
  }
  sabotage_.reset();
}

std::string Simulation::value_of(const LeftInPlace& week) {
  return sql_value(session_,
                   "SELECT value_numeric FROM metrics_trend_point WHERE value_numeric IS NOT NULL AND " + where(week));
}

}  // namespace tidemark::tests
