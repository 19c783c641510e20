// A computed project to compact, and what compaction may have moved.
#pragma once

#include <string>
#include <vector>

#include "jobs/compact.hpp"
#include "readmodel/checkpoint.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {

inline const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");

// A project computed at 2024-03-10, a Sunday, with tasks since 20 February, a Tuesday: the weeks of 19 and 26 February
// have ended. Compaction is asked for later instants.
struct Compacted {
  Compacted() {
    run_sql(session, kDeliveryRows);
    refresh_and_snapshot(db.connection());
  }

  jobs::CompactOptions options(const std::string& as_of) {
    jobs::CompactOptions options{{db.connection(), 1}, jobs::compacted_projects(session)};
    options.retention = jobs::retention_in_force(entries);
    options.clock = at("2024-06-02T12:00:00Z");
    options.as_of = at(as_of);
    options.batch_rows = 7;
    options.pause = std::chrono::milliseconds{0};
    return options;
  }
  jobs::CompactReport compact(const jobs::CompactOptions& options) {
    const auto report = jobs::compact(options);
    REQUIRE(report.failures.empty());
    return report;
  }
  jobs::CompactReport compact(const std::string& as_of) { return compact(options(as_of)); }

  std::string value(const std::string& sql) { return sql_value(session, sql); }
  std::string count(const std::string& from) { return value("SELECT count(*) FROM " + from); }
  std::string fine_rows(const std::string& from, const std::string& to, const std::string& and_where = "true") {
    return count("metrics_trend_point WHERE time_grain IN ('hour', 'day') AND time_bucket >= '" + from +
                 "Z' AND time_bucket < '" + to + "Z' AND " + and_where);
  }
  // What moves with any write or row lock.
  std::string footprint() {
    return value(R"(
      SELECT md5(string_agg(t, ',' ORDER BY t)) FROM (
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_trend_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_breakdown_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_drilldown UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_summary UNION ALL
        SELECT (family, version, xmin, xmax, ctid)::text FROM metrics_data_version UNION ALL
        SELECT (metric_key, xmin, xmax, ctid)::text FROM metrics_compaction_floor UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_quarantine UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_job_run UNION ALL
        SELECT (job, xmin, xmax, ctid)::text FROM metrics_job_checkpoint) AS rows (t))");
  }
  std::int64_t token() {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::read_checkpoint(tx, {kProject}).fencing_token;
  }

  TestDatabase db;
  readmodel::Session session{db.connection()};
  std::vector<jobs::RetentionEntry> entries;
};

inline jobs::CompactCounts counts_of(const jobs::CompactReport& report, jobs::CompactedRows rows, int days) {
  return report.policies.at({rows, days});
}

}  // namespace tidemark::tests
