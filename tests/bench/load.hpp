// Fills a migrated database with the benchmarks' projects, and adds to it what happens later.
#pragma once

#include <vector>

#include "bench/history.hpp"
#include "bench/pq.hpp"

namespace tidemark::bench {

// All source tables; the events in the order of their arrival, which is interleaved over the projects, so that a
// project's rows lie scattered as in real life. Indexes of event_log are made afterwards, and everything is analysed.
void load(const std::string& url, const Shape& shape);

// One batch of later events: in each project 10 tasks that are there move on or are reopened, and 10 new ones live, 5
// events each, all of them in the hour that follows `from`.
struct Batch {
  std::vector<int> projects;
  int round = 0;  // batches of one database have distinct rounds
  Instant from;
};
inline constexpr int kBatchEventsPerProject = 100;

// Writes it in one transaction. Returns the events.
std::int64_t add_batch(Connection& connection, const Shape& shape, const Batch& batch);

}  // namespace tidemark::bench
