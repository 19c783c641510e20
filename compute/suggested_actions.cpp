#include "compute/suggested_actions.hpp"

#include <algorithm>

#include "compute/metrics/backlog.hpp"
#include "compute/metrics/wip.hpp"

namespace tidemark::compute {
namespace {

constexpr std::size_t kMaxAffected = 10;
constexpr std::size_t kLongBacklog = 10;
constexpr double kLowPredictability = 50;
constexpr double kSlowGateMinutes = 48 * 60;
constexpr std::size_t kNoticeableQueue = 4;

struct Concerned {
  Instant since;
  TaskIndex task;
};

// The short ids of the oldest ones; ties by task id.
std::vector<std::string> oldest(const ProjectView& view, std::vector<Concerned> concerned) {
  std::sort(concerned.begin(), concerned.end(),
            [](auto& a, auto& b) { return std::tie(a.since, a.task) < std::tie(b.since, b.task); });
  if (concerned.size() > kMaxAffected) concerned.resize(kMaxAffected);
  std::vector<std::string> ids;
  for (const auto& c : concerned) ids.push_back(view.task(c.task).source->short_id);
  return ids;
}

std::vector<Concerned> lasting(const std::vector<Stretch>& stretches) {
  std::vector<Concerned> result;
  for (const auto& stretch : stretches)
    if (stretch.end == kNever) result.push_back({stretch.start, stretch.task});
  return result;
}

std::optional<SuggestedAction> escalate(const ProjectView& view, std::optional<double> predictability) {
  const auto backlog = lasting(backlog_stretches(view));
  SuggestedAction action{"escalate", 0, {}, "", {}};
  if (backlog.size() > kLongBacklog) {
    action.confidence += 0.5;
    action.rationale = std::to_string(backlog.size()) + " tasks are implemented and not integrated";
    action.evidence_refs.emplace_back("backlog");
  }
  if (predictability && *predictability < kLowPredictability) {
    action.confidence += 0.5;
    action.rationale += action.rationale.empty() ? "" : "; ";
    action.rationale += "delivery predictability is below " + number_text(kLowPredictability);
    action.evidence_refs.emplace_back("delivery_predictability_index");
  }
  if (action.confidence == 0) return std::nullopt;
  // A low predictability without a backlog concerns the work in progress.
  action.affected_tasks = oldest(view, backlog.empty() ? lasting(wip_stretches(view)) : backlog);
  return action;
}

std::optional<SuggestedAction> reroute_reviewer(const ActionScope& scope, std::optional<double> gate_latency_minutes) {
  const ProjectView& view = scope.project;
  std::vector<Concerned> queue;
  std::map<ValueId, std::size_t> by_reviewer;
  for (const auto& stay : view.queue_stays) {
    if (stay.end != kNever) continue;
    if (scope.milestone && view.value(view.task(stay.task).milestone) != *scope.milestone) continue;
    queue.push_back({stay.start, stay.task});
    if (stay.gate_task == kNoTask) continue;
    const ValueId reviewer = view.task(stay.gate_task).assignee_at(view.as_of());
    if (view.value(reviewer) != kUnassigned) ++by_reviewer[reviewer];
  }
  SuggestedAction action{"reroute_reviewer", 0, {}, "", {}};
  if (gate_latency_minutes && *gate_latency_minutes > kSlowGateMinutes) {
    action.confidence += 0.6;
    action.rationale = "gates take longer than 48 hours on average";
    action.evidence_refs.emplace_back("gate_latency");
  }
  const auto most =
      std::max_element(by_reviewer.begin(), by_reviewer.end(), [](auto& a, auto& b) { return a.second < b.second; });
  if (queue.size() >= kNoticeableQueue && most != by_reviewer.end() && 2 * most->second > queue.size()) {
    action.confidence += 0.4;
    action.rationale += action.rationale.empty() ? "" : "; ";
    action.rationale += view.value(most->first) + " holds " + std::to_string(most->second) + " of " +
                        std::to_string(queue.size()) + " waiting reviews";
    action.evidence_refs.emplace_back("reviewer_load");
  }
  if (action.confidence == 0) return std::nullopt;
  action.affected_tasks = oldest(view, std::move(queue));
  return action;
}

}  // namespace

std::vector<SuggestedAction> suggested_actions(const ActionScope& scope, std::optional<double> gate_latency_minutes,
                                               std::optional<double> predictability) {
  std::vector<SuggestedAction> actions;
  for (auto& action : {reroute_reviewer(scope, gate_latency_minutes), escalate(scope.view, predictability)})
    if (action) actions.push_back(*action);
  std::stable_sort(actions.begin(), actions.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  return actions;
}

}  // namespace tidemark::compute
