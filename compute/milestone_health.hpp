// What is left of a milestone, and how likely it misses its date. Spec: jobs, "Alerts, forecast, health".
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "compute/project_view.hpp"

namespace tidemark::compute {

// A milestone as its forecast sees it at an as-of.
struct MilestoneOutlook {
  std::optional<Instant> planned_completion;  // nullopt: no date is planned
  std::int64_t remaining = 0;                 // tasks neither done nor dropped
  std::int64_t completed_lately = 0;          // tasks completed in [as-of - 14 d, as-of]
  std::vector<std::int64_t> cycle_times;      // of the tasks completed in [as-of - 90 d, as-of]; microseconds
};

// The probability, 0..1, that the remaining tasks are not completed by the planned date, by a normal approximation.
//
// With n remaining tasks, the throughput r = completed_lately / 14 per day, and m and s the mean and the population
// deviation of the cycle times, m * r tasks are worked on at a time (Little's law). They get through the n * m days of
// work, whose deviation is sqrt(n) * s, in
//   expected E = n * m / (m * r) = n / r days, with the deviation D = sqrt(n) * s / (m * r) days.
// The answer is Phi((E - A) / D), A being the days from the as-of to the date; where D is 0 it is 0 for E <= A, else 1.
//
// 0 with nothing left; else 1 once the as-of is past the date. nullopt: no planned date, or fewer than two cycle times,
// which have no deviation. 1 where nothing was completed in the fourteen days: at that pace the rest is never done.
std::optional<double> breach_probability(const MilestoneOutlook& outlook, Instant as_of);

// `part`: the sources of the milestone's tasks and the milestones of that name; `view`: of these sources. Where several
// milestones share the name, the date is the earliest of those that have open tasks: a date that passes with tasks left
// is missed, whatever the others say. With nothing left, it is the latest of all.
MilestoneOutlook milestone_outlook(const ProjectSources& part, const ProjectView& view);

// The summary's `milestone` object: planned_completion_date and breach_probability where they are defined, tasks
// {total, completed, dropped, open, wip, blocked}; total = completed + dropped + open, wip and blocked are among the
// open.
nlohmann::json milestone_health(const ProjectSources& part, const ProjectView& view);

}  // namespace tidemark::compute
