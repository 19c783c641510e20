#include "compute/risk.hpp"

#include <array>
#include <cmath>

namespace tidemark::compute {

double integration_risk(Micros age, int priority_band) {
  static constexpr std::array kImpact{1.0, 0.8, 0.5, 0.3};
  return (1 - std::pow(0.95, to_days(age))) * kImpact.at(static_cast<std::size_t>(priority_band));
}

}  // namespace tidemark::compute
