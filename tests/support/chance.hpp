// Random choices that are the same on every platform and library for the same seed (the distributions of <random> are
// not).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <random>
#include <vector>

#include "contracts/time.hpp"

namespace tidemark::tests {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  // 0 .. n - 1. Requires: n > 0.
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n)); }
  std::int64_t between(std::int64_t least, std::int64_t most) { return least + below(most - least + 1); }
  Micros below(Micros d) { return Micros{below(d.count())}; }

  // True in `percent` of 100 calls.
  bool hits(int percent) { return below(100) < percent; }

  template <typename T>
  T one_of(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(below(static_cast<std::int64_t>(items.size())))];
  }
  template <typename T>
  T one_of(std::initializer_list<T> items) {
    return *std::next(items.begin(), below(static_cast<std::int64_t>(items.size())));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace tidemark::tests
