#include "compute/milestone_health.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "compute/statistics.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {
namespace {

constexpr int kPaceDays = 14;
constexpr int kCycleDays = 90;
constexpr std::size_t kLeastCycleTimes = 2;
constexpr int kProbabilityPlaces = 4;

// The standard normal distribution function.
double phi(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

std::optional<Instant> latest_date(const std::vector<MilestoneSource>& milestones) {
  std::optional<Instant> latest;
  for (const auto& milestone : milestones)
    if (const auto planned = milestone.planned_completion) latest = std::max(latest.value_or(*planned), *planned);
  return latest;
}

std::optional<Instant> earliest_date(const std::vector<MilestoneSource>& milestones, const std::set<Uuid>& open) {
  std::optional<Instant> earliest;
  for (const auto& milestone : milestones)
    if (const auto planned = milestone.planned_completion; planned && open.contains(milestone.id))
      earliest = std::min(earliest.value_or(*planned), *planned);
  return earliest;
}

}  // namespace

std::optional<double> breach_probability(const MilestoneOutlook& outlook, Instant as_of) {
  if (!outlook.planned_completion) return std::nullopt;
  if (outlook.remaining == 0) return 0;
  if (as_of > *outlook.planned_completion) return 1;
  if (outlook.cycle_times.size() < kLeastCycleTimes) return std::nullopt;
  if (outlook.completed_lately == 0) return 1;
  auto cycle_times = outlook.cycle_times;
  std::sort(cycle_times.begin(), cycle_times.end());
  const double average = *mean(cycle_times);
  const double variation = average == 0 ? 0 : *population_deviation(cycle_times) / average;
  const auto remaining = static_cast<double>(outlook.remaining);
  const double per_day = static_cast<double>(outlook.completed_lately) / kPaceDays;
  const double expected_days = remaining / per_day;
  const double deviation_days = std::sqrt(remaining) * variation / per_day;
  const double available_days = to_days(*outlook.planned_completion - as_of);
  if (deviation_days == 0) return expected_days <= available_days ? 0 : 1;
  return phi((expected_days - available_days) / deviation_days);
}

MilestoneOutlook milestone_outlook(const ProjectSources& part, const ProjectView& view) {
  MilestoneOutlook outlook;
  std::set<Uuid> open;
  for (const auto& task : view.tasks) {
    if (!is_open(task.timeline.current())) continue;
    ++outlook.remaining;
    if (task.source->milestone_id) open.insert(*task.source->milestone_id);
  }
  outlook.planned_completion =
      outlook.remaining == 0 ? latest_date(part.milestones) : earliest_date(part.milestones, open);
  outlook.completed_lately =
      std::ssize(in_window(view.completions, window_up_to(view.as_of() - kPaceDays * kDay, view.as_of())));
  for (const auto& completion :
       in_window(view.completions, window_up_to(view.as_of() - kCycleDays * kDay, view.as_of())))
    if (completion.cycle) outlook.cycle_times.push_back(completion.cycle->count());
  return outlook;
}

nlohmann::json milestone_health(const ProjectSources& part, const ProjectView& view) {
  std::int64_t completed = 0;
  std::int64_t dropped = 0;
  std::int64_t wip = 0;
  std::int64_t blocked = 0;
  for (const auto& task : view.tasks) {
    const TaskState state = task.timeline.current();
    if (class_of(state) == StateClass::done) ++completed;
    if (class_of(state) == StateClass::dropped) ++dropped;
    if (is_wip(state)) ++wip;
    if (state == TaskState::blocked) ++blocked;
  }
  const auto outlook = milestone_outlook(part, view);
  nlohmann::json json{{"tasks",
                       {{"total", std::ssize(view.tasks)},
                        {"completed", completed},
                        {"dropped", dropped},
                        {"open", outlook.remaining},
                        {"wip", wip},
                        {"blocked", blocked}}}};
  if (outlook.planned_completion) json["planned_completion_date"] = format_day(*outlook.planned_completion);
  if (const auto probability = breach_probability(outlook, view.as_of()))
    json["breach_probability"] = round_decimal(*probability, kProbabilityPlaces);
  return json;
}

}  // namespace tidemark::compute
