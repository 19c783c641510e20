// Compaction of many trend points of which a few are due: how fast they go, how long anything is locked, what those who
// read meanwhile notice, and what space comes back.
#include <fmt/format.h>

#include <stdexcept>
#include <thread>

#include "bench/bench.hpp"
#include "bench/pq.hpp"
#include "jobs/compact.hpp"

namespace tidemark::bench {
namespace {

constexpr const char* kName = "tidemark bench compact";
constexpr std::chrono::milliseconds kBetweenSamples{2};

// One project's rows of 104 days, of which the first two weeks are due at the as-of: refreshed first when none was.
void compute_template(const Database& db) {
  Refresher refresh(db);
  for (const Instant as_of : {db.as_of - 14 * kDay, db.as_of}) {
    const auto report = refresh(as_of);
    if (!report.failures.empty()) throw std::runtime_error(report.failures.front().reason);
  }
}

// The template's points once more for so many projects, and what else compaction looks at.
void copy_project(const Database& db, std::int64_t copies) {
  const auto original = id_of("project", 0, 0);
  Connection connection(db.url);
  connection.run(fmt::format(R"(
    CREATE TEMPORARY TABLE copy AS SELECT n, md5('copy' || n)::uuid AS id FROM generate_series(1, {1}) AS n;
    INSERT INTO project (id, name, status, created_at, updated_at)
      SELECT c.id, 'Copy ' || c.n, 'active', p.created_at, p.updated_at FROM copy AS c, project AS p WHERE p.id = '{0}';
    INSERT INTO metrics_job_checkpoint (project_id, job, fencing_token)
      SELECT c.id, k.job, k.fencing_token FROM copy AS c, metrics_job_checkpoint AS k WHERE k.project_id = '{0}';
    INSERT INTO metrics_data_version
      SELECT c.id, family, version, as_of, source_watermark, definition_hash, updated_at, definitions
      FROM copy AS c, metrics_data_version AS v WHERE v.project_id = '{0}';
    INSERT INTO metrics_compaction_floor
      SELECT c.id, metric_key, trend_hour, trend_day, trend_week, trend_month, breakdown, drilldown, left_weeks
      FROM copy AS c, metrics_compaction_floor AS f WHERE f.project_id = '{0}';
    INSERT INTO metrics_trend_point
        (id, project_id, metric_key, time_grain, time_bucket, dimensions, value_numeric, value_json, computed_at)
      SELECT gen_random_uuid(), c.id, t.metric_key, t.time_grain, t.time_bucket, t.dimensions, t.value_numeric,
             t.value_json, t.computed_at
      FROM copy AS c, metrics_trend_point AS t WHERE t.project_id = '{0}' ORDER BY c.n)",
                             original, copies));
  connection.run("VACUUM (ANALYZE) metrics_trend_point");
  connection.run("CHECKPOINT");
}

// Reads one series after the other, as a chart does, until stopped.
class Reader {
 public:
  Reader(std::string url, std::int64_t copies)
      : url_(std::move(url)), thread_([this, copies](std::stop_token stop) { read(stop, copies); }) {}
  std::vector<Seconds> stop() {
    thread_.request_stop();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    return std::move(sample_);
  }

 private:
  void read(const std::stop_token& stop, std::int64_t copies) {
    try {
      Connection connection(url_);
      connection.run(
          "PREPARE series (uuid) AS SELECT time_bucket, value_numeric, value_json FROM metrics_trend_point WHERE "
          "project_id = $1 AND metric_key = 'wip' AND time_grain = 'day' AND dimensions = '{}' ORDER BY time_bucket "
          "DESC LIMIT 30");
      for (std::uint64_t n = 0; !stop.stop_requested(); ++n) {
        const auto copy = 1 + static_cast<std::int64_t>(hash_of(n, 1, 2) % static_cast<std::uint64_t>(copies));
        sample_.push_back(timed([&] { connection.run(fmt::format("EXECUTE series (md5('copy{}')::uuid)", copy)); }));
        std::this_thread::sleep_for(kBetweenSamples);
      }
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  std::string url_;
  std::vector<Seconds> sample_;
  std::exception_ptr failure_;
  std::jthread thread_;
};

// Watches from another session for how long the job's transactions hold what they have locked of the points.
class LockWatch {
 public:
  explicit LockWatch(std::string url) : url_(std::move(url)), thread_([this](std::stop_token stop) { watch(stop); }) {}
  Seconds stop() {
    thread_.request_stop();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    return longest_;
  }

 private:
  void watch(const std::stop_token& stop) {
    try {
      Connection connection(url_);
      while (!stop.stop_requested()) {
        const auto held = connection.value(fmt::format(
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0) FROM pg_stat_activity AS a "
            "JOIN pg_locks AS l USING (pid) WHERE a.application_name = '{}' AND l.granted AND l.mode = "
            "'RowExclusiveLock' AND l.relation = 'metrics_trend_point'::regclass",
            kName));
        longest_ = std::max(longest_, Seconds{std::stod(held)});
        std::this_thread::sleep_for(kBetweenSamples);
      }
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  std::string url_;
  Seconds longest_{0};
  std::exception_ptr failure_;
  std::jthread thread_;
};

struct Space {
  double table = 0;  // with its indexes. Units: bytes
  double free = 0;   // in the table's pages
};

Space space_of(Connection& connection) {
  connection.run("CREATE EXTENSION IF NOT EXISTS pg_freespacemap");
  connection.run("VACUUM metrics_trend_point");
  return {static_cast<double>(connection.number("SELECT pg_total_relation_size('metrics_trend_point')")),
          static_cast<double>(connection.number("SELECT sum(avail) FROM pg_freespace('metrics_trend_point')"))};
}

jobs::CompactReport compact(const Database& db) {
  jobs::CompactOptions options;
  auto connection = db.connection();
  connection.application_name = kName;
  options.pool = {connection, 2};
  {
    readmodel::Session session(connection);
    options.projects = jobs::compacted_projects(session);
  }
  options.retention = jobs::retention_in_force({});
  options.clock = db.as_of;
  auto report = jobs::compact(options);
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front().reason);
  if (!report.left.empty()) throw std::runtime_error("a week was left in place: " + report.left.front().reason);
  return report;
}

// The same rows in one statement, taken back.
Seconds delete_at_once(Connection& connection, Instant floor) {
  connection.run("BEGIN");
  const auto elapsed = timed([&] {
    connection.run(
        fmt::format("DELETE FROM metrics_trend_point WHERE time_grain IN ('hour', 'day') AND time_bucket < '{}'",
                    format_instant(floor)));
  });
  connection.run("ROLLBACK");
  connection.run("VACUUM metrics_trend_point");
  connection.run("CHECKPOINT");
  return elapsed;
}

}  // namespace

void measure_compaction(Run& run, const Database& db, std::int64_t points) {
  compute_template(db);
  Connection connection(db.url);
  const auto copies = std::max<std::int64_t>(1, points / connection.number("SELECT count(*) FROM metrics_trend_point"));
  const auto copying = timed([&] { copy_project(db, copies); });
  const auto rows = connection.number("SELECT count(*) FROM metrics_trend_point");
  fmt::print(stderr, "compaction: {} points of {} projects in {}\n", rows, copies + 1, text(copying));
  const auto plain = delete_at_once(connection, bucket_start(Grain::week, db.as_of - 90 * kDay));
  const auto space_before = space_of(connection);

  Reader quiet(db.url, copies);
  std::this_thread::sleep_for(std::min(run.repeat.budget, Seconds{10}));
  const auto before = quiet.stop();

  Reader disturbed(db.url, copies);
  LockWatch locks(db.url);
  jobs::CompactReport report;
  const auto elapsed = timed([&] { report = compact(db); });
  const auto longest = locks.stop();
  const auto during = disturbed.stop();
  const auto gone = report.total();
  const auto space_after = space_of(connection);

  const auto per_second = [&](Seconds time) {
    return fmt::format("{}, {:.0f} k rows/s", text(time), static_cast<double>(gone.deleted) / time.count() / 1000);
  };
  run.figures.add({fmt::format("compaction, {} of {} trend points due, {} projects", gone.deleted, rows, copies + 1),
                   per_second(elapsed), "one DELETE of the same rows " + per_second(plain), ratio_text(elapsed, plain),
                   ""});
  run.figures.add({"the longest that one of its transactions held its locks", text(longest), "", "", ""});
  run.figures.add({"reading 30 days of one series meanwhile",
                   fmt::format("p99 {}, p50 {} of {}", text(percentile(during, 0.99)), text(percentile(during, 0.5)),
                               during.size()),
                   fmt::format("before: p99 {}, p50 {} of {}", text(percentile(before, 0.99)),
                               text(percentile(before, 0.5)), before.size()),
                   ratio_text(percentile(during, 0.99), percentile(before, 0.99)), ""});
  run.figures.add(
      {"space of the points after VACUUM",
       fmt::format("{}, {} of it free", bytes_text(space_after.table), bytes_text(space_after.free)),
       fmt::format("before: {}, {} of it free", bytes_text(space_before.table), bytes_text(space_before.free)), "",
       fmt::format("the report says {} went", bytes_text(static_cast<double>(gone.bytes)))});
}

}  // namespace tidemark::bench
