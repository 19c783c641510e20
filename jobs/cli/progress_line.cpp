#include "jobs/cli/progress_line.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "jobs/render/number.hpp"

namespace tidemark::jobs {

ProgressLine::ProgressLine() : on_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (on_terminal_ && !stage_.empty()) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::show(std::string_view stage, std::size_t done, std::size_t total, std::string_view unit) {
  const std::lock_guard lock(mutex_);
  if (stage != stage_) {
    stage_ = stage;
    stage_start_ = Clock::now();
    if (!on_terminal_) spdlog::info("{}", stage);
  }
  if (!on_terminal_) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - stage_start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = fmt::format("{}: {}", stage, render::count_text(static_cast<std::int64_t>(done)));
  if (total > 0) line += fmt::format("/{}", render::count_text(static_cast<std::int64_t>(total)));
  line += fmt::format(" {}", unit);
  if (rate >= 1) line += fmt::format(", {}/s", render::count_text(static_cast<std::int64_t>(rate)));
  if (total > done && rate > 0) line += fmt::format(", {:.0f} s left", static_cast<double>(total - done) / rate);
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
}

}  // namespace tidemark::jobs
