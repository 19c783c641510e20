// The measurements. Each takes a filled database and adds its lines to the figures. Spec: quality, "Speed".
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bench/figures.hpp"
#include "bench/history.hpp"
#include "jobs/refresh.hpp"
#include "readmodel/session.hpp"

namespace tidemark::bench {

struct Database {
  std::string url;
  Shape shape;
  std::filesystem::path files;  // a folder for what is copied aside
  Instant as_of = kAsOf;        // moves on with what is added
  int rounds = 0;               // batches added

  readmodel::ConnectionSettings connection() const;
};

struct Run {
  Figures& figures;
  Seconds oracle_budget{240};
  Seconds freshness_length{60};
  Repeat repeat{};
};

// One database's from-scratch compute in a process of its own.
struct Scratch {
  Seconds elapsed{0};
  Seconds reading{0};  // summed over the workers, as the next two
  Seconds computing{0};
  Seconds writing{0};
  Seconds client_cpu{0};
  Seconds server_cpu{0};
  std::int64_t rows = 0;
  std::int64_t peak_memory_bytes = 0;
  std::int64_t wal_bytes = 0;
};

// A whole refresh into the emptied tables, by this program as a child (kChildCommand).
Scratch compute_from_scratch(const Database& db);
inline constexpr const char* kChildCommand = "compute-from-scratch";
int child_main(const std::string& url, const std::string& as_of);

// From scratch against the floor. Leaves the rows as computed.
Scratch measure_scratch(Run& run, const Database& db);
// From scratch against one SQL statement per metric.
void measure_oracle(Run& run, const Database& db, const Scratch& ours);
// A refresh after 10,000 events against the upsert of what changed. Returns the median.
Seconds measure_changes(Run& run, Database& db);
// A thousand refreshes of which none finds a change.
void measure_idle(Run& run, const Database& db);
// Events committed at a steady rate, and when they are visible.
void measure_freshness(Run& run, Database& db);
// One project with 10,000 transitions of one day; `db` holds nothing else.
void measure_one_project(Run& run, const Database& db);
// A compaction of so many trend points of which a week is due, a twentieth; `db` holds one project.
void measure_compaction(Run& run, const Database& db, std::int64_t points);

// --- what several of them need ---

inline constexpr std::array<const char*, 3> kResultTables{"metrics_trend_point", "metrics_breakdown_point",
                                                          "metrics_drilldown"};

// Empties the three tables, and lets the server write back what is dirty, so that each measurement starts alike.
void empty_tables(const std::string& url);
// Forgets what refreshes have kept for the next ones.
void forget(const std::string& url);
void checkpoint(const std::string& url);
// CPU time of this process, and of the cluster's sessions that have ended: waits until all of this database have. Other
// work on the machine makes wall clock times longer, but not these.
Seconds own_cpu();
Seconds server_cpu(const Database& db);
// WAL written so far.
std::int64_t wal_position(const std::string& url);

// The same rows written by COPY straight into the emptied tables, on one or two connections.
class RowsAside {
 public:
  // Copies the rows to files, two per table.
  explicit RowsAside(const Database& db);
  ~RowsAside();
  RowsAside(const RowsAside&) = delete;
  RowsAside& operator=(const RowsAside&) = delete;
  void write_back(int connections) const;
  std::int64_t bytes() const { return bytes_; }

 private:
  std::filesystem::path file(const char* table, int half) const;
  const Database& db_;
  std::int64_t bytes_ = 0;
};

// Reads the source columns by binary COPY, on one or two connections.
void read_sources(const std::string& url, int connections);

// Incremental refreshes as the job does them, with two workers: what changed is found, what is due is brought to the
// as-of. Its connection stays open between them.
class Refresher {
 public:
  explicit Refresher(const Database& db) : connection_(db.connection()) {}
  jobs::RefreshReport operator()(Instant as_of);
  void disconnect() { session_.reset(); }

 private:
  readmodel::ConnectionSettings connection_;
  std::optional<readmodel::Session> session_;
};

}  // namespace tidemark::bench
