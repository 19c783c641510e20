// What was measured, and how it is shown.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::bench {

using Seconds = std::chrono::duration<double>;

// The wall clock time of `work`.
Seconds timed(const std::function<void()>& work);

// Repeats `work`, which returns what it took, up to `times`, and stops early when `budget` is spent; at least once.
struct Repeat {
  int times = 20;
  Seconds budget{60};
};
std::vector<Seconds> repeated(const Repeat& repeat, const std::function<Seconds()>& work);

// By linear interpolation, as percentile_cont. Requires: not empty.
Seconds percentile(std::vector<Seconds> sample, double p);

// "1.23 s", "4.5 ms"
std::string text(Seconds time);
// "p50 1.2 ms, p95 1.5 ms of 20"
std::string text(const std::vector<Seconds>& sample);
// "12.3 MB"
std::string bytes_text(double bytes);

struct Line {
  std::string what;
  std::string ours;
  std::string against;
  std::string ratio;  // empty: none
  std::string aim;
};

// ours / theirs as "1.42 x".
std::string ratio_text(Seconds ours, Seconds theirs);

// Collects the lines, printing each as it comes, and prints the table at the end, in Markdown.
class Figures {
 public:
  void add(Line line);
  void print() const;

 private:
  std::vector<Line> lines_;
};

}  // namespace tidemark::bench
