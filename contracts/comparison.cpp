#include "contracts/comparison.hpp"

#include <cmath>

namespace tidemark {
namespace {

constexpr double kNoticeablePct = 5;

}  // namespace

Comparison compare(double current, std::optional<double> previous) {
  if (!previous || *previous == 0) return {"stable", std::nullopt};
  const double change = 100 * (current - *previous) / std::fabs(*previous);
  return {change >= kNoticeablePct ? "up" : change <= -kNoticeablePct ? "down" : "stable", change};
}

}  // namespace tidemark
