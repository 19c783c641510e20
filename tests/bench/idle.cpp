#include <fmt/format.h>

#include "bench/bench.hpp"
#include "bench/pq.hpp"

namespace tidemark::bench {
namespace {

// Row versions made obsolete so far, in any table of ours; sessions that ended have reported.
std::int64_t dead_versions(const std::string& url) {
  return Connection(url).number("SELECT sum(n_tup_upd + n_tup_del) FROM pg_stat_user_tables");
}

}  // namespace

void measure_idle(Run& run, const Database& db) {
  Refresher refresh(db);
  refresh(db.as_of);  // whatever is still to be done
  checkpoint(db.url);
  const auto wal = wal_position(db.url);
  const auto dead = dead_versions(db.url);
  const auto sample = repeated({1000, run.repeat.budget}, [&] { return timed([&] { refresh(db.as_of); }); });
  const auto made_wal = wal_position(db.url) - wal;
  const auto made_dead = dead_versions(db.url) - dead;
  run.figures.add({fmt::format("refresh where nothing changed, {} projects", db.shape.projects), text(sample),
                   fmt::format("all {} of them: {} of WAL, {} dead row versions", sample.size(),
                               bytes_text(static_cast<double>(made_wal)), made_dead),
                   "", "2 ms; nothing written"});
}

}  // namespace tidemark::bench
