#include "jobs/compact_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "jobs/render/number.hpp"
#include "jobs/run_text.hpp"

namespace tidemark::jobs {
namespace {

using nlohmann::ordered_json;
using render::bytes_text;
using render::count_text;
using render::counted;

constexpr std::size_t kLeftShown = 20;

struct RowsName {
  std::string_view table;
  std::string_view rows;
};

// In the order of CompactedRows.
constexpr std::array<RowsName, 10> kNames{{{"trend", "hour"},
                                           {"trend", "day"},
                                           {"trend", "week"},
                                           {"trend", "month"},
                                           {"breakdown", ""},
                                           {"drilldown", ""},
                                           {"summary", "one a day after"},
                                           {"summary", ""},
                                           {"quarantine", ""},
                                           {"job_run", ""}}};

const RowsName& name_of(CompactedRows rows) { return kNames[static_cast<std::size_t>(rows)]; }

std::string policy_text(const CompactPolicy& policy) {
  const auto rows = name_of(policy.rows).rows;
  return fmt::format("{}{}{}", rows, rows.empty() ? "" : " ", days_text(policy.days));
}

std::string left_text(const CompactReport& report) {
  if (report.left.empty()) return "";
  std::string text = fmt::format("{} left in place:\n", counted(report.left.size(), "week"));
  for (std::size_t i = 0; i < std::min(kLeftShown, report.left.size()); ++i) {
    const auto& left = report.left[i];
    text += fmt::format("  {} {} week {}: {}\n", left.project, left.metric, format_day(left.week), left.reason);
  }
  if (report.left.size() > kLeftShown)
    text += fmt::format("  and {} more; --json lists all\n", report.left.size() - kLeftShown);
  return text;
}

}  // namespace

CompactedRows compacted_rows(KeptRows rows) { return static_cast<CompactedRows>(static_cast<int>(rows)); }

CompactCounts& CompactCounts::operator+=(const CompactCounts& other) {
  examined += other.examined;
  thinned += other.thinned;
  merged += other.merged;
  deleted += other.deleted;
  bytes += other.bytes;
  return *this;
}

CompactCounts CompactReport::total() const {
  CompactCounts sum;
  for (const auto& [policy, counts] : policies) sum += counts;
  return sum;
}

void CompactReport::add(const CompactReport& part) {
  projects += part.projects;
  never_computed += part.never_computed;
  unfinished += part.unfinished;
  interrupted = interrupted || part.interrupted;
  for (const auto& [policy, counts] : part.policies) policies[policy] += counts;
  left.insert(left.end(), part.left.begin(), part.left.end());
}

CompactReport empty_report(const RetentionInForce& in_force, CompactMode mode) {
  CompactReport report;
  report.mode = mode;
  const auto line = [&](CompactedRows rows, const KeptDays& days) {
    if (days) report.policies[{rows, days}];
  };
  for (const auto& [metric, kept] : in_force.metrics)
    for (const KeptRows rows : kKeptRows) line(compacted_rows(rows), kept[static_cast<std::size_t>(rows)].days);
  line(CompactedRows::summary_all, in_force.summary_all.days);
  line(CompactedRows::summary, in_force.summary.days);
  line(CompactedRows::quarantine, in_force.quarantine.days);
  for (const auto& [job, kept] : in_force.job_runs) line(CompactedRows::job_run, kept.days);
  return report;
}

std::string compact_text(const CompactReport& report) {
  std::string text = report.mode == CompactMode::dry_run
                         ? "compact --dry-run: this would be done; nothing was written\n"
                         : fmt::format("compact: {} {:.1f} s\n", report.interrupted ? "interrupted after" : "done in",
                                       static_cast<double>(report.elapsed.count()) / 1e6);
  text += fmt::format("{}{}\n", counted(report.projects, "project"),
                      report.never_computed > 0 ? fmt::format(", {} never computed", report.never_computed) : "");
  const auto line = [&](std::string_view table, std::string_view policy, const CompactCounts& counts) {
    text += fmt::format("  {:<10}  {:<22} {:>10} {:>10} {:>8} {:>10} {:>10}\n", table, policy,
                        count_text(counts.examined), count_text(counts.thinned), count_text(counts.merged),
                        count_text(counts.deleted), bytes_text(counts.bytes));
  };
  text += fmt::format("  {:<10}  {:<22} {:>10} {:>10} {:>8} {:>10} {:>10}\n", "table", "policy", "examined", "thinned",
                      "merged", "deleted", "freed");
  for (const auto& [policy, counts] : report.policies) line(name_of(policy.rows).table, policy_text(policy), counts);
  line("all", "", report.total());
  text += left_text(report);
  if (report.interrupted)
    text += fmt::format("not finished: {}; the next run goes on where this one stopped\n",
                        counted(report.unfinished, "project"));
  return text + failures_text(report.failures);
}

ordered_json compact_json(const CompactReport& report) {
  const auto counts_json = [](const CompactCounts& counts) {
    return ordered_json{{"examined", counts.examined},
                        {"thinned", counts.thinned},
                        {"merged", counts.merged},
                        {"deleted", counts.deleted},
                        {"bytes_freed", counts.bytes}};
  };
  ordered_json policies = ordered_json::array();
  for (const auto& [policy, counts] : report.policies) {
    ordered_json entry{{"table", name_of(policy.rows).table}};
    if (!name_of(policy.rows).rows.empty()) entry["rows"] = name_of(policy.rows).rows;
    entry["days"] = policy.days ? ordered_json(*policy.days) : ordered_json("forever");
    entry.update(counts_json(counts));
    policies.push_back(std::move(entry));
  }
  ordered_json left = ordered_json::array();
  for (const auto& week : report.left)
    left.push_back({{"project_id", to_string(week.project_id)},
                    {"project", week.project},
                    {"metric", week.metric},
                    {"week", format_instant(week.week)},
                    {"reason", week.reason}});
  return {{"job", "compact"},
          {"dry_run", report.mode == CompactMode::dry_run},
          {"projects", report.projects},
          {"never_computed", report.never_computed},
          {"interrupted", report.interrupted},
          {"unfinished", report.unfinished},
          {"policies", std::move(policies)},
          {"total", counts_json(report.total())},
          {"weeks_left", std::move(left)},
          {"seconds", static_cast<double>(report.elapsed.count()) / 1e6},
          {"failures", failures_json(report.failures)}};
}

std::string left_warning(const CompactReport& report) {
  if (report.left.empty()) return "";
  return fmt::format(
      "warning: {} left in place, since the days say something else; `tidemark run reconcile --days all` repairs what "
      "differs from the sources",
      counted(report.left.size(), "week"));
}

}  // namespace tidemark::jobs
