// delivery_predictability_index (rolling). Spec: delivery metrics, section 3 ("Components").
#pragma once

#include "compute/splits.hpp"

namespace tidemark::compute {

// clamp(1 - population deviation / mean); 1 where the mean is 0; nullopt for fewer than two values.
// `cycle_times` in any order. Units: microseconds.
std::optional<double> cycle_time_stability(std::vector<std::int64_t> cycle_times);

struct DeliveryPredictability {
  std::optional<double> schedule_reliability;
  std::optional<double> cycle_time_stability;
  std::optional<double> blocker_resolution_rate;
  double coverage() const;              // sum of the weights of the defined components
  std::optional<double> score() const;  // 0..100
};
// Parts: schedule_reliability (1 where on time), cycle_time_stability (hours), blocker_resolution_rate (1 where
// timely).
DeliveryPredictability delivery_predictability(const ProjectView& view, const Window& window, Trace* trace = nullptr);

}  // namespace tidemark::compute
