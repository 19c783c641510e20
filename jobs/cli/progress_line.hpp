// How far long work is: on a terminal one line that is written over, elsewhere a plain line for each stage.
// Spec: running it, "Command line".
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace tidemark::jobs {

// Thread safety: show() may be called from any thread.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  // takes the line away
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `total` 0: not known. `unit`: what is counted, plural ("projects").
  void show(std::string_view stage, std::size_t done, std::size_t total, std::string_view unit);

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  bool on_terminal_;
  std::string stage_;
  Clock::time_point stage_start_ = Clock::now();
};

}  // namespace tidemark::jobs
