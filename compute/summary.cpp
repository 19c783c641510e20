// The summary payload: the contract's `metrics` object at an as-of. Spec: contract, "GET /v1/metrics/summary".
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "compute/metrics/active_value_delivery_rate.hpp"
#include "compute/metrics/backlog.hpp"
#include "compute/metrics/blocked.hpp"
#include "compute/metrics/bottleneck_contribution.hpp"
#include "compute/metrics/delivery_predictability_index.hpp"
#include "compute/metrics/flow_efficiency_score.hpp"
#include "compute/metrics/gate_latency.hpp"
#include "compute/metrics/health_at_a_glance.hpp"
#include "compute/metrics/integration_outcomes.hpp"
#include "compute/metrics/integration_reliability_score.hpp"
#include "compute/metrics/state_distribution.hpp"
#include "compute/metrics/wip.hpp"
#include "compute/milestone_health.hpp"
#include "compute/project.hpp"
#include "compute/suggested_actions.hpp"
#include "contracts/comparison.hpp"

namespace tidemark::compute {
namespace {

using Json = nlohmann::json;

constexpr int kPlaces = 2;
constexpr int kRatioPlaces = 4;  // ratios and rates in 0..1
constexpr std::size_t kTopReasons = 5;

void set(Json& json, const char* key, std::optional<double> value, int places = kPlaces) {
  if (value) json[key] = round_decimal(*value, places);
}

// The value against the window before; nothing at all where it is undefined.
Json compared(std::optional<double> current, std::optional<double> previous) {
  Json json = Json::object();
  if (!current) return json;
  const Comparison comparison = compare(*current, previous);
  set(json, "value", current);
  json["trend"] = comparison.direction;
  set(json, "change_pct", comparison.change_pct);
  return json;
}

// Adds the finished object where it says anything.
void attach(Json& parent, const char* key, Json json) {
  if (!json.empty()) parent[key] = std::move(json);
}

Json north_star(const ProjectView& view, const Window& week, const Window& before) {
  Json json = Json::object();
  attach(json, "delivery_predictability_index",
         compared(delivery_predictability(view, week).score(), delivery_predictability(view, before).score()));

  const FlowTimes flow = flow_times(view, week);
  Json efficiency = compared(flow.score(), flow_times(view, before).score());
  set(efficiency, "active_time_pct", flow.share_pct(flow.active));
  set(efficiency, "waiting_time_pct", flow.share_pct(flow.queued + flow.review));
  set(efficiency, "blocked_time_pct", flow.share_pct(flow.blocked));
  attach(json, "flow_efficiency_score", std::move(efficiency));

  const auto reliability = integration_reliability(view, week);
  Json integration = compared(reliability.score(), integration_reliability(view, before).score());
  if (!integration.empty()) {
    set(integration, "success_rate", reliability.success_rate(), kRatioPlaces);
    set(integration, "avg_recovery_minutes", reliability.avg_recovery_minutes());
  }
  attach(json, "integration_reliability_score", std::move(integration));

  attach(json, "active_value_delivery_rate",
         compared(value_rate(completed_by_band(view, week), 7), value_rate(completed_by_band(view, before), 7)));

  const auto current = health(view, week);
  const auto previous = health(view, before);
  Json glance = compared(current ? std::optional{current->score} : std::nullopt,
                         previous ? std::optional{previous->score} : std::nullopt);
  if (current) {
    glance["status"] = current->status();
    glance["limiting_component"] = current->limiting_component;
  }
  attach(json, "health_at_a_glance", std::move(glance));
  return json;
}

Json percentiles(SortedMicros values) {
  std::sort(values.begin(), values.end());
  Json json{{"sample_size", values.size()}};
  if (values.empty()) return json;
  set(json, "p50_minutes", in_unit(percentile_cont(values, 0.50), Unit::minutes));
  set(json, "p75_minutes", in_unit(percentile_cont(values, 0.75), Unit::minutes));
  set(json, "p90_minutes", in_unit(percentile_cont(values, 0.90), Unit::minutes));
  set(json, "p95_minutes", in_unit(percentile_cont(values, 0.95), Unit::minutes));
  return json;
}

Json throughput(const ProjectView& view, const Window& week) {
  const auto completed = in_window(view.completions, week);
  Json json{{"tasks_integrated_week", completed.size()}};
  if (!view.knows(SourceComponent::milestones)) return json;
  std::map<std::string, std::int64_t> by_milestone;
  for (const auto& completion : completed) ++by_milestone[view.value(view.task(completion.task).milestone)];
  Json list = Json::array();
  for (const auto& [milestone, count] : by_milestone) list.push_back({{"milestone_id", milestone}, {"count", count}});
  json["tasks_by_milestone"] = std::move(list);
  return json;
}

// The named fields of a level's point at the as-of, rounded.
Json level_now(const ProjectView& view, const std::vector<Stretch>& stretches,
               const std::function<Point(const Bucket&, std::span<const Stretch* const>)>& make_point,
               std::initializer_list<std::pair<const char*, int>> fields) {
  const Bucket now = view.horizon().bucket(Grain::day, view.as_of());
  Json json = Json::object();
  for_each_level(stretches, {now}, [&](const Bucket& bucket, std::span<const Stretch* const> held) {
    const Json point = Json::parse(make_point(bucket, held).json.text());
    for (const auto& [field, places] : fields) {
      if (!point.contains(field)) continue;
      json[field] =
          point[field].is_number_float() ? Json(round_decimal(point[field].get<double>(), places)) : point[field];
    }
  });
  return json;
}

Json operational(const ProjectView& view, const Window& week, const Window& month, const GateFigures& gates) {
  SortedMicros leads;
  SortedMicros cycles;
  for (const auto& completion : in_window(view.completions, month)) {
    leads.push_back(completion.lead.count());
    if (completion.cycle) cycles.push_back(completion.cycle->count());
  }
  Json json = Json::object();
  json["throughput"] = throughput(view, week);
  json["lead_time"] = percentiles(std::move(leads));
  json["cycle_time"] = percentiles(std::move(cycles));
  json["wip"] = level_now(view, wip_stretches(view), wip_point,
                          {{"total_count", kPlaces}, {"avg_age_hours", kPlaces}, {"aging_buckets", kPlaces}});

  Json reasons = Json::array();
  const auto blocked_now = [&](const Bucket& bucket, std::span<const Stretch* const> held) {
    for (const auto& [reason, count] : blocked_by_reason(held))
      if (reasons.size() < kTopReasons) reasons.push_back({{"reason", reason}, {"count", count}});
    return blocked_point(bucket, held);
  };
  Json blocked = level_now(view, wip_intervals(view), blocked_now,
                           {{"ratio", kRatioPlaces},
                            {"count", kPlaces},
                            {"avg_blocked_hours", kPlaces},
                            {"p90_blocked_hours", kPlaces},
                            {"max_blocked_hours", kPlaces}});
  blocked["top_reasons"] = std::move(reasons);
  json["blocked"] = std::move(blocked);

  const auto backlog = [&](const Bucket& bucket, std::span<const Stretch* const> held) {
    return backlog_point(view, bucket, held);
  };
  json["backlog"] = level_now(view, backlog_stretches(view), backlog,
                              {{"implemented_not_integrated", kPlaces},
                               {"avg_age_hours", kPlaces},
                               {"p90_age_hours", kPlaces},
                               {"max_risk_score", kRatioPlaces}});

  Json queue = Json::object();
  if (const auto length = gate_queue_length(view, week.cutoff)) queue["queue_length"] = *length;
  set(queue, "avg_latency_minutes", gates.avg_latency_minutes());
  set(queue, "sla_breach_rate", gates.sla_breach_rate(), kRatioPlaces);
  set(queue, "pass_rate", gates.pass_rate(), kRatioPlaces);
  attach(json, "gates", std::move(queue));
  json["state_distribution"] = level_now(view, all_intervals(view),
                                         [&](const Bucket&, auto held) { return state_distribution_point(view, held); },
                                         {{"by_state", kPlaces}, {"wip_count", kPlaces}});
  if (!view.knows(SourceComponent::integrations)) return json;

  std::vector<const Attempt*> attempts;
  for (const auto& attempt : in_window(view.attempts, week)) attempts.push_back(&attempt);
  const OutcomeFigures outcomes = outcome_figures(attempts);
  Json results{{"success", outcomes.success()},           {"success_first", outcomes.success_first},
               {"success_retry", outcomes.success_retry}, {"conflict", outcomes.conflict},
               {"failed_checks", outcomes.failed_checks}, {"aborted", outcomes.aborted}};
  set(results, "avg_retry_to_success_minutes", outcomes.avg_retry_to_success_minutes());
  json["integration_outcomes"] = std::move(results);
  return json;
}

Json actionability(const ActionScope& scope, const Window& week, const GateFigures& gates) {
  const ProjectView& view = scope.view;
  Json stages = Json::array();
  if (const auto shares = stage_shares(view, stages_completed(view, week)))
    for (const auto& share : *shares)
      stages.push_back({{"stage", share.stage}, {"delay_contribution_pct", round_decimal(share.pct, kPlaces)}});
  Json actions = Json::array();
  for (const auto& action :
       suggested_actions(scope, gates.avg_latency_minutes(), delivery_predictability(view, week).score()))
    actions.push_back({{"action_type", action.action_type},
                       {"confidence", round_decimal(action.confidence, kRatioPlaces)},
                       {"affected_tasks", action.affected_tasks},
                       {"rationale", action.rationale},
                       {"evidence_refs", action.evidence_refs}});
  return {{"bottleneck_contribution", std::move(stages)}, {"suggested_actions", std::move(actions)}};
}

SummaryRow summarize(const ProjectSources& sources, const ComputeOptions& options, const ActionScope& scope) {
  const ProjectView& view = scope.view;
  const Window week = window_up_to(options.as_of - kWeek, options.as_of);
  const Window before = whole_window(options.as_of - 2 * kWeek, options.as_of - kWeek);
  const Window month = window_up_to(options.as_of - 30 * kDay, options.as_of);
  std::vector<const Decision*> decisions;
  for (const auto& decision : in_window(view.decisions, week)) decisions.push_back(&decision);
  const GateFigures gates = gate_figures(view, decisions);
  Json payload{{"north_star", north_star(view, week, before)},
               {"operational", operational(view, week, month, gates)},
               {"actionability", actionability(scope, week, gates)}};
  if (scope.milestone) payload["milestone"] = milestone_health(sources, view);
  const Dimensions stored_scope = scope.milestone ? Dimensions{"milestone", *scope.milestone} : Dimensions{};
  return {summary_id(sources.project_id, options.as_of, stored_scope), options.as_of, stored_scope.stored_form(),
          stored_form(payload)};
}

// The sources of one milestone's tasks.
ProjectSources restricted_to(const ProjectSources& all, const std::string& milestone) {
  ProjectSources part;
  part.project_id = all.project_id;
  part.project_name = all.project_name;
  part.off = all.off;
  std::set<Uuid> ids;
  for (const auto& task : all.tasks)
    if (clip_dimension_value(task.milestone.value_or("")) == milestone) {
      part.tasks.push_back(task);
      ids.insert(task.id);
    }
  const auto copy = [&](const auto& from, auto& to, auto&& belongs) {
    std::copy_if(from.begin(), from.end(), std::back_inserter(to), belongs);
  };
  copy(all.events, part.events, [&](auto& e) { return e.task_id && ids.contains(*e.task_id); });
  copy(all.leases, part.leases, [&](auto& l) { return ids.contains(l.task_id); });
  copy(all.decisions, part.decisions, [&](auto& d) { return d.task_id && ids.contains(*d.task_id); });
  copy(all.links, part.links, [&](auto& l) { return ids.contains(l.candidate_task_id); });
  copy(all.attempts, part.attempts, [&](auto& a) { return ids.contains(a.task_id); });
  copy(all.artifacts, part.artifacts, [&](auto& a) { return a.task_id && ids.contains(*a.task_id); });
  copy(all.milestones, part.milestones, [&](auto& m) { return clip_dimension_value(m.name) == milestone; });
  return part;
}

}  // namespace

std::vector<SummaryRow> compute_summaries(const ProjectSources& sources, const ComputeOptions& options, Slot slot) {
  const ProjectView project(sources, options.as_of, options.clock);
  std::vector<SummaryRow> rows{summarize(sources, options, {project, project, std::nullopt})};
  if (slot == Slot::later) return rows;
  std::set<std::string> milestones;
  for (const auto& task : project.tasks)
    if (task.source->milestone && is_open(task.timeline.current())) milestones.insert(project.value(task.milestone));
  for (const auto& milestone : milestones) {
    const ProjectSources part = restricted_to(sources, milestone);
    const ProjectView view(part, options.as_of, options.clock);
    rows.push_back(summarize(part, options, {view, project, milestone}));
  }
  return rows;
}

}  // namespace tidemark::compute
