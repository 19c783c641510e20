#include "jobs/compact_batches.hpp"

#include <algorithm>
#include <thread>

namespace tidemark::jobs {
namespace {

// How often a pause looks whether it is over early.
constexpr std::chrono::milliseconds kSlice{50};

void wait(const BatchRun& run) {
  for (auto left = run.pause; left.count() > 0 && !(run.stop && run.stop()); left -= kSlice)
    std::this_thread::sleep_for(std::min(left, kSlice));
}

}  // namespace

bool in_batches(const BatchRun& run, const std::function<bool(std::int64_t limit)>& batch) {
  for (;;) {
    if (run.stop && run.stop()) return false;
    if (!readmodel::retry([&] { return batch(run.batch_rows); })) return true;
    wait(run);
  }
}

}  // namespace tidemark::jobs
