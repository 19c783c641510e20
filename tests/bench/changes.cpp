// A refresh after new events, against the upsert of the very rows that it changed.
#include <fmt/format.h>

#include <future>
#include <optional>

#include "bench/bench.hpp"
#include "bench/load.hpp"

namespace tidemark::bench {
namespace {

constexpr int kProjects = 100;
constexpr int kUpserts = 3;          // of the rounds, those whose rows are written once more by the upsert
constexpr Micros kSpan = 2 * kHour;  // the batches lie in it, before the as-of: time alone changes nothing then
constexpr Micros kBetweenRounds = 2 * kMinute;

struct Table {
  const char* name;
  const char* key;
  const char* values;  // the columns that a recompute changes
  const char* differs;
};
constexpr Table kTables[] = {
    {"metrics_trend_point", "project_id, metric_key, time_grain, time_bucket, dimensions", "value_numeric, value_json",
     "(t.value_numeric, t.value_json::text) IS DISTINCT FROM (excluded.value_numeric, excluded.value_json::text)"},
    {"metrics_breakdown_point", "project_id, metric_key, time_grain, time_bucket, dimension_key, dimension_value",
     "value_numeric, value_json",
     "(t.value_numeric, t.value_json::text) IS DISTINCT FROM (excluded.value_numeric, excluded.value_json::text)"},
    {"metrics_drilldown", "project_id, metric_key, entity_type, entity_id, reference_id, time_bucket", "payload",
     "t.payload::text IS DISTINCT FROM excluded.payload::text"},
};

// "a = x.a, b = x.b"
std::string assignments(std::string_view columns, std::string_view from) {
  std::string out;
  for (std::size_t at = 0; at < columns.size();) {
    const auto end = std::min(columns.find(", ", at), columns.size());
    const auto column = columns.substr(at, end - at);
    out += fmt::format("{}{} = {}.{}", out.empty() ? "" : ", ", column, from, column);
    at = end + 2;
  }
  return out;
}

std::string id_list(const std::vector<int>& projects) {
  std::string list;
  for (const int p : projects) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", id_of("project", p, 0));
  return list;
}

// What the tables hold of these projects before a refresh; later, what the refresh changed, staged.
class ChangedRows {
 public:
  ChangedRows(const Database& db, const std::vector<int>& projects) : url_(db.url), projects_(id_list(projects)) {
    Connection connection(url_);
    for (const auto& table : kTables)
      connection.run(
          fmt::format("DROP TABLE IF EXISTS before_{0}, staged_{0};"
                      "CREATE UNLOGGED TABLE before_{0} AS SELECT * FROM {0} WHERE project_id IN ({1});"
                      "ANALYZE before_{0}",
                      table.name, projects_));
    since_ = connection.value("SELECT clock_timestamp()");
  }

  // Stages what changed, and takes it back in the tables.
  void stage() const {
    Connection connection(url_);
    for (const auto& table : kTables)
      connection.run(fmt::format(
          "CREATE UNLOGGED TABLE staged_{0} AS SELECT *, hashtext(project_id::text) & 1 AS half FROM {0} "
          "WHERE project_id IN ({1}) AND computed_at >= '{2}'; ANALYZE staged_{0};"
          "DELETE FROM {0} t USING staged_{0} s WHERE t.id = s.id AND t.project_id = s.project_id"
          " AND NOT EXISTS (SELECT FROM before_{0} b WHERE b.id = s.id);"
          "UPDATE {0} t SET {3}, computed_at = b.computed_at FROM before_{0} b JOIN staged_{0} s USING (id) "
          "WHERE t.id = b.id",
          table.name, projects_, since_, assignments(table.values, "b")));
    for (const auto& table : kTables) connection.run(fmt::format("VACUUM {}", table.name));
    connection.run("CHECKPOINT");
  }

  Seconds upsert() const {
    const auto half = [&](int which) {
      Connection connection(url_);
      connection.run("BEGIN");
      for (const auto& table : kTables)
        connection.run(fmt::format(
            "INSERT INTO {0} AS t (id, {1}, {2}, computed_at) SELECT id, {1}, {2}, computed_at FROM staged_{0} "
            "WHERE half = {3} ORDER BY {1} ON CONFLICT ({1}) DO UPDATE SET {4}, computed_at = excluded.computed_at "
            "WHERE {5}",
            table.name, table.key, table.values, which, assignments(table.values, "excluded"), table.differs));
      connection.run("COMMIT");
    };
    return timed([&] {
      auto other = std::async(std::launch::async, [&] { half(1); });
      half(0);
      other.get();
    });
  }

 private:
  std::string url_;
  std::string projects_;
  std::string since_;
};

}  // namespace

Seconds measure_changes(Run& run, Database& db) {
  Refresher refresh(db);
  std::vector<Seconds> ours;
  std::vector<Seconds> upserts;
  Seconds cpu{0};  // of those rounds whose rows are written once more
  Seconds upsert_cpu{0};
  std::int64_t written = 0;
  std::int64_t wal_bytes = 0;
  jobs::RefreshReport last;
  repeated(run.repeat, [&] {
    Batch batch{{}, db.rounds, db.as_of - kSpan + db.rounds * kBetweenRounds};
    const int first = db.rounds * kProjects;
    for (int n = 0; n < std::min(kProjects, db.shape.projects); ++n)
      batch.projects.push_back((first + n) % db.shape.projects);
    ++db.rounds;
    {
      Connection connection(db.url);
      add_batch(connection, db.shape, batch);
    }
    std::optional<ChangedRows> changed;
    if (upserts.size() < kUpserts) changed.emplace(db, batch.projects);
    checkpoint(db.url);
    const auto wal = wal_position(db.url);
    auto before = server_cpu(db) + own_cpu();
    ours.push_back(timed([&] { last = refresh(db.as_of); }));
    refresh.disconnect();
    wal_bytes += wal_position(db.url) - wal;
    written += last.written() + last.deleted();
    if (changed) {
      cpu += server_cpu(db) + own_cpu() - before;
      changed->stage();
      before = server_cpu(db) + own_cpu();
      upserts.push_back(changed->upsert());
      upsert_cpu += server_cpu(db) + own_cpu() - before;
    }
    return ours.back();
  });
  const auto median = percentile(ours, 0.5);
  const auto upsert = percentile(upserts, 0.5);
  const auto projects = std::min(kProjects, db.shape.projects);
  run.figures.add(
      {fmt::format("refresh after {} events in {} projects beside {} old ones", projects * kBatchEventsPerProject,
                   projects, db.shape.projects * db.shape.events_per_project),
       text(ours), fmt::format("upsert of the same {} rows {}", last.written(), text(upserts)),
       ratio_text(median, upsert), "at most 1.5 x"});
  const auto rounds = static_cast<double>(upserts.size());
  run.figures.add({fmt::format("the same in CPU time, {}", db.shape.name), text(cpu / rounds),
                   text(upsert_cpu / rounds), ratio_text(cpu, upsert_cpu), ""});
  run.figures.add({fmt::format("where the time of its two workers goes, {}", db.shape.name),
                   fmt::format("reading {}, computing {}, writing {}", text(Seconds{last.reading}),
                               text(Seconds{last.computing}), text(Seconds{last.writing})),
                   fmt::format("{} rows written, {} compared and left; {} of {} projects computed whole",
                               last.written(), last.unchanged(), last.whole, last.projects),
                   "", ""});
  run.figures.add({fmt::format("WAL per row that a refresh writes, {}", db.shape.name),
                   bytes_text(static_cast<double>(wal_bytes) / static_cast<double>(std::max<std::int64_t>(1, written))),
                   "", "", ""});
  return median;
}

}  // namespace tidemark::bench
