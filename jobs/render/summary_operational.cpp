#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "jobs/render/chart.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/summary_parts.hpp"

namespace tidemark::render {
namespace {

constexpr int kLabel = 14;  // the columns of a row's name

std::string whole(double value) { return count_text(static_cast<std::int64_t>(value)); }

Line labelled(std::string_view label, const Terminal& terminal) {
  Line line{terminal};
  line.add(" ").add_fitted(label, kLabel - 1, Align::left, Style::strong);
  return line;
}

// "name 12 · other 3", as many as fit.
std::string counts_text(const Json& items, std::string_view name_key, int width) {
  std::string out;
  if (!items.is_array()) return out;
  for (const auto& item : items) {
    const auto part = printable(text(item, name_key)) + " " + shown(item, "count", whole);
    const auto longer = out.empty() ? part : out + " · " + part;
    if (display_width(longer) > width) return out.empty() ? shorten(part, width) : out + " …";
    out = longer;
  }
  return out;
}

void add_percentiles(Block& block, const Json& operational, const Terminal& terminal) {
  const std::string note = "   completed in 30 d";
  const int number_width = std::min(11, (terminal.width - kLabel) / 5);
  const bool room_for_note = kLabel + 5 * number_width + display_width(note) <= terminal.width;
  Line titles = labelled("", terminal);
  for (const char* title : {"p50", "p75", "p90", "p95", "tasks"})
    titles.add_fitted(title, number_width, Align::right, Style::faint);
  block.push_back(titles);
  for (const auto& [label, key] : {std::pair{"Lead time", "lead_time"}, std::pair{"Cycle time", "cycle_time"}}) {
    const auto& metric = member(operational, key);
    Line line = labelled(label, terminal);
    for (const char* name : {"p50_minutes", "p75_minutes", "p90_minutes", "p95_minutes"})
      line.add_fitted(shown(metric, name, minutes_text), number_width, Align::right);
    line.add_fitted(shown(metric, "sample_size", whole), number_width, Align::right);
    block.push_back(line.add(room_for_note ? note : "", Style::faint));
  }
}

void add_throughput(Block& block, const Json& throughput, const Terminal& terminal) {
  Line line = labelled("Throughput", terminal);
  line.add(shown(throughput, "tasks_integrated_week", whole)).add(" tasks in 7 d   ", Style::faint);
  line.add(counts_text(member(throughput, "tasks_by_milestone"), "milestone_id", terminal.width - line.width() - 2),
           Style::faint);
  block.push_back(line);
}

void add_wip(Block& block, const Json& wip, const Terminal& terminal) {
  Line line = labelled("In progress", terminal);
  line.add(shown(wip, "total_count", whole)).add(" tasks, on average ", Style::faint);
  line.add(shown(wip, "avg_age_hours", hours_text)).add(" old", Style::faint);
  block.push_back(line);
  const auto& buckets = member(wip, "aging_buckets");
  const double total = std::max(1.0, number(wip, "total_count").value_or(0));
  constexpr std::pair<const char*, const char*> kAges[]{
      {"lt_24h", "< 24 h"}, {"24h_to_72h", "1–3 d"}, {"72h_to_7d", "3–7 d"}, {"gt_7d", "> 7 d"}};
  Line ages = labelled("", terminal);
  const int room = (terminal.width - kLabel) / 4;
  for (const auto& [key, name] : kAges) {
    const auto count = number(buckets, key);
    const int start = ages.width();
    ages.add_fitted(name, 7, Align::left, Style::faint).add(shown(buckets, key, whole)).add(" ");
    const int bar_width = std::max(0, room - (ages.width() - start) - 2);
    ages.add(bar(count.value_or(0) / total, bar_width), Style::accent).pad_to(start + room);
  }
  block.push_back(ages);
}

// A row of "value name" pairs, on as many lines as it takes.
using Facts = std::vector<std::pair<std::string, std::string>>;

void add_facts(Block& block, std::string_view label, const Facts& facts, const Terminal& terminal) {
  Line line = labelled(label, terminal);
  for (const auto& [value, name] : facts) {
    const bool first = line.width() == kLabel;
    if (!first && line.width() + display_width(value) + display_width(name) + 4 > terminal.width) {
      block.push_back(line);
      line = labelled("", terminal);
    } else if (!first) {
      line.add(" · ", Style::faint);
    }
    line.add(value).add(" " + name, Style::faint);
  }
  block.push_back(line);
}

void add_rows(Block& block, const Json& operational, const Terminal& terminal) {
  const auto& blocked = member(operational, "blocked");
  add_facts(block, "Blocked",
            {{shown(blocked, "ratio", ratio_text), "of WIP"},
             {shown(blocked, "count", whole), "tasks"},
             {shown(blocked, "avg_blocked_hours", hours_text), "mean"},
             {shown(blocked, "p90_blocked_hours", hours_text), "p90"},
             {shown(blocked, "max_blocked_hours", hours_text), "longest"}},
            terminal);
  const auto& backlog = member(operational, "backlog");
  add_facts(block, "Backlog",
            {{shown(backlog, "implemented_not_integrated", whole), "implemented, not integrated"},
             {shown(backlog, "avg_age_hours", hours_text), "mean age"},
             {shown(backlog, "p90_age_hours", hours_text), "p90"},
             {shown(backlog, "max_risk_score", decimal_text), "highest risk"}},
            terminal);
  const auto& gates = member(operational, "gates");
  add_facts(block, "Gates",
            {{shown(gates, "queue_length", whole), "waiting"},
             {shown(gates, "avg_latency_minutes", minutes_text), "mean latency"},
             {shown(gates, "pass_rate", ratio_text), "passed"},
             {shown(gates, "sla_breach_rate", ratio_text), "past the SLA"}},
            terminal);
  const auto& outcomes = member(operational, "integration_outcomes");
  add_facts(block, "Integrations",
            {{shown(outcomes, "success", whole), "succeeded"},
             {shown(outcomes, "success_retry", whole), "by retry"},
             {shown(outcomes, "conflict", whole), "conflicts"},
             {shown(outcomes, "failed_checks", whole), "failed checks"},
             {shown(outcomes, "aborted", whole), "aborted"}},
            terminal);
}

struct Share {
  std::string name;
  double value;
  std::string label;
  Style style = Style::accent;
};

Block share_bars(const std::string& title, const std::vector<Share>& shares, int width, const Terminal& terminal) {
  Block block{Line{terminal}.add(" ").add(title, Style::strong)};
  double largest = 0;
  int name_width = 0;
  int label_width = 0;
  for (const auto& share : shares) {
    largest = std::max(largest, share.value);
    name_width = std::max(name_width, std::min(20, display_width(printable(share.name))));
    label_width = std::max(label_width, display_width(share.label));
  }
  const int bar_width = std::max(4, width - name_width - label_width - 5);
  for (const auto& share : shares) {
    Line line{terminal};
    line.add(" ").add_fitted(share.name, name_width, Align::left, Style::faint).add(" ");
    line.add_fitted(share.label, label_width, Align::right).add(" ");
    block.push_back(line.add(bar(largest > 0 ? share.value / largest : 0, bar_width), share.style));
  }
  if (shares.empty()) block.push_back(Line{terminal}.add(" nothing", Style::faint));
  return block;
}

// In the order of a task's life; `done` and dropped states are history, not work, and would dwarf the rest.
std::vector<Share> state_shares(const Json& by_state) {
  constexpr std::pair<const char*, Style> kStates[]{{"backlog", Style::faint},
                                                    {"ready", Style::accent},
                                                    {"reserved", Style::accent},
                                                    {"claimed", Style::good},
                                                    {"in_progress", Style::good},
                                                    {"implemented", Style::warning},
                                                    {"awaiting_review", Style::warning},
                                                    {"conflict", Style::bad},
                                                    {"blocked", Style::bad}};
  std::vector<Share> shares;
  for (const auto& [state, style] : kStates) {
    const auto count = number(by_state, state);
    if (count && *count > 0) shares.push_back({state, *count, whole(*count), style});
  }
  return shares;
}

}  // namespace

Block operational_block(const Json& operational, const Terminal& terminal) {
  Block block;
  add_percentiles(block, operational, terminal);
  add_throughput(block, member(operational, "throughput"), terminal);
  add_wip(block, member(operational, "wip"), terminal);
  add_rows(block, operational, terminal);
  return block;
}

Block distribution_block(const Json& metrics, const Terminal& terminal) {
  const auto& operational = member(metrics, "operational");
  const int column = terminal.width / 2;
  const auto states =
      share_bars("Open tasks by state", state_shares(member(member(operational, "state_distribution"), "by_state")),
                 column, terminal);
  std::vector<Share> stages;
  for (const auto& stage : member(member(metrics, "actionability"), "bottleneck_contribution")) {
    const double pct = number(stage, "delay_contribution_pct").value_or(0);
    // Spec: delivery metrics, "Share = stage / sum; flagged where > 40 %".
    stages.push_back({text(stage, "stage"), pct, percent_text(pct), pct > 40 ? Style::warning : Style::accent});
  }
  Block right = share_bars("Where the time went", stages, column, terminal);
  std::vector<Share> reasons;
  for (const auto& reason : member(member(operational, "blocked"), "top_reasons")) {
    const double count = number(reason, "count").value_or(0);
    reasons.push_back({text(reason, "reason"), count, whole(count), Style::bad});
  }
  if (!reasons.empty()) {
    const auto block = share_bars("Why tasks are blocked", reasons, column, terminal);
    right.insert(right.end(), block.begin(), block.end());
  }
  return beside(states, right, column, terminal);
}

Block actions_block(const Json& actionability, const Terminal& terminal) {
  Block block;
  for (const auto& action : member(actionability, "suggested_actions")) {
    std::string name = text(action, "action_type");
    std::replace(name.begin(), name.end(), '_', ' ');
    Line line{terminal};
    line.add(" ▸ ", Style::accent).add(name, Style::strong);
    line.add(shown(action, "confidence", [](double c) { return fmt::format(" ({:.0f} %)  ", c * 100); }), Style::faint);
    const int indent = line.width();
    bool first = true;
    for (const auto& words : wrap(text(action, "rationale"), terminal.width - indent)) {
      if (!first) line = Line{terminal}.pad_to(indent);
      block.push_back(line.add(words));
      first = false;
    }
    if (first) block.push_back(line);
    std::string tasks;
    for (const auto& task : member(action, "affected_tasks"))
      if (task.is_string()) tasks += (tasks.empty() ? "" : ", ") + printable(task.get<std::string>());
    if (!tasks.empty())
      block.push_back(
          Line{terminal}.pad_to(3).add(shorten("oldest first: " + tasks, terminal.width - 3), Style::faint));
  }
  if (block.empty()) block.push_back(Line{terminal}.add(" none", Style::faint));
  return block;
}

}  // namespace tidemark::render
