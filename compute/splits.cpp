#include "compute/splits.hpp"

namespace tidemark::compute {

std::vector<Bucket> level_buckets(const ProjectView& view, Grain grain, const std::vector<Instant>& hours) {
  const Horizon& horizon = view.horizon();
  if (grain != Grain::hour) return horizon.level_buckets(grain);
  std::vector<Bucket> buckets;
  for (const Instant hour : hours)
    if (horizon.keeps_level(Grain::hour, hour)) buckets.push_back(horizon.bucket(Grain::hour, hour));
  const Bucket of_now = horizon.bucket(Grain::hour, view.as_of());
  if (horizon.first_instant() <= view.as_of() && (buckets.empty() || buckets.back().start < of_now.start))
    buckets.push_back(of_now);
  return buckets;
}

std::vector<TaskIndex> tasks_of(std::span<const Stretch* const> stretches) {
  std::vector<TaskIndex> tasks;
  for (const auto* stretch : stretches) tasks.push_back(stretch->task);
  return tasks;
}

}  // namespace tidemark::compute
