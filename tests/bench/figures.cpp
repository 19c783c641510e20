#include "bench/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tidemark::bench {

Seconds timed(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - start;
}

std::vector<Seconds> repeated(const Repeat& repeat, const std::function<Seconds()>& work) {
  std::vector<Seconds> sample;
  const auto start = std::chrono::steady_clock::now();
  do {
    sample.push_back(work());
  } while (static_cast<int>(sample.size()) < repeat.times && std::chrono::steady_clock::now() - start < repeat.budget);
  return sample;
}

Seconds percentile(std::vector<Seconds> sample, double p) {
  std::sort(sample.begin(), sample.end());
  const double place = p * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sample.size() - 1);
  return sample[below] + (sample[above] - sample[below]) * (place - static_cast<double>(below));
}

std::string text(Seconds time) {
  return time.count() < 1 ? fmt::format("{:.3g} ms", time.count() * 1000) : fmt::format("{:.4g} s", time.count());
}

std::string text(const std::vector<Seconds>& sample) {
  if (sample.size() == 1) return text(sample.front());
  return fmt::format("p50 {}, p95 {} of {}", text(percentile(sample, 0.5)), text(percentile(sample, 0.95)),
                     sample.size());
}

std::string bytes_text(double bytes) {
  if (std::abs(bytes) < 10'000) return fmt::format("{:.0f} B", bytes);
  return bytes < 10e6 ? fmt::format("{:.1f} kB", bytes / 1e3) : fmt::format("{:.1f} MB", bytes / 1e6);
}

std::string ratio_text(Seconds ours, Seconds theirs) { return fmt::format("{:.2f} x", ours / theirs); }

void Figures::add(Line line) {
  std::fprintf(stderr, "  %s: %s | %s | %s | aim %s\n", line.what.c_str(), line.ours.c_str(), line.against.c_str(),
               line.ratio.c_str(), line.aim.c_str());
  lines_.push_back(std::move(line));
}

void Figures::print() const {
  fmt::print("| what | Tidemark | against | ratio | aim |\n|---|---|---|---|---|\n");
  for (const auto& line : lines_)
    fmt::print("| {} | {} | {} | {} | {} |\n", line.what, line.ours, line.against, line.ratio, line.aim);
}

}  // namespace tidemark::bench
