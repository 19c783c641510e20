// Work in short transactions with a pause after each, which can be told to stop between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "readmodel/session.hpp"

namespace tidemark::jobs {

struct BatchRun {
  readmodel::Session& session;
  std::int64_t batch_rows;
  std::chrono::milliseconds pause;
  std::function<bool()> stop;  // asked before each batch; may be empty
};

// Calls `batch(limit)`, one transaction, for as long as it returns true: there may be more. A retryable failure repeats
// the batch. Returns whether it came to its end before it was told to stop.
bool in_batches(const BatchRun& run, const std::function<bool(std::int64_t limit)>& batch);

}  // namespace tidemark::jobs
