#include "years/retained.hpp"

#include <fmt/format.h>

#include <array>

#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

struct Policy {
  const char* rows;
  const char* table;
  const char* has_one;  // which rows have a policy
  const char* past;     // which of them are past it; {0}: the as-of, {1}: what is left on purpose
};

// Trend: 90 days at full granularity, a week as a whole once its end is older. Breakdown 90 days, drilldown 30 days: a
// bucket is past when its end is, a UTC day of summaries when the day's end is. Summary 180 days, after 30 days the UTC
// day's last of each scope. Quarantine, once resolved, and finished runs 90 days, near-real-time runs 7.
constexpr std::array kPolicies{
    Policy{"trend hour and day", "metrics_trend_point", "t.time_grain IN ('hour', 'day')",
           "date_trunc('week', t.time_bucket, 'UTC') + interval '7 days' <= timestamptz '{0}' - interval '90 days' "
           "AND NOT ({1})"},
    Policy{"breakdown", "metrics_breakdown_point", "t.time_bucket IS NOT NULL",
           "t.time_bucket + interval '1 day' <= timestamptz '{0}' - interval '90 days'"},
    Policy{"drilldown", "metrics_drilldown", "t.time_bucket IS NOT NULL",
           "t.time_bucket + interval '1 day' <= timestamptz '{0}' - interval '30 days'"},
    Policy{"summary", "metrics_summary", "true",
           "(date_trunc('day', t.captured_at, 'UTC') + interval '1 day' <= timestamptz '{0}' - interval '180 days' OR "
           "date_trunc('day', t.captured_at, 'UTC') + interval '1 day' <= timestamptz '{0}' - interval '30 days' AND "
           "EXISTS (SELECT FROM metrics_summary AS l WHERE l.project_id = t.project_id AND l.scope = t.scope AND "
           "l.captured_at > t.captured_at AND l.captured_at < date_trunc('day', t.captured_at, 'UTC') + interval "
           "'1 day'))"},
    Policy{"quarantine", "metrics_quarantine", "t.resolved_at IS NOT NULL",
           "t.last_seen < timestamptz '{0}' - interval '90 days'"},
    Policy{"job runs", "metrics_job_run", "t.finished_at IS NOT NULL",
           "t.finished_at < timestamptz '{0}' - CASE WHEN t.job IN ('refresh', 'snapshot', 'alerts') THEN interval "
           "'7 days' ELSE interval '90 days' END"}};

std::string left_text(const Retained& retained) {
  std::string text = "false";
  for (const auto& left : retained.left)
    text += fmt::format(
        " OR t.project_id = '{}' AND t.metric_key = '{}' AND date_trunc('week', t.time_bucket, 'UTC') = '{}'",
        to_string(left.project), left.metric, format_instant(left.week));
  return text;
}

std::string past_text(const Policy& policy, const Retained& retained) {
  return fmt::format(fmt::runtime(policy.past), format_instant(retained.as_of), left_text(retained));
}

std::string fingerprint(readmodel::Session& session, const Retained* named) {
  std::string text;
  for (const auto& policy : kPolicies)
    text +=
        fmt::format("{} {}\n", policy.rows,
                    sql_value(session, fmt::format("SELECT concat_ws(' ', count(*), sum(hashtextextended(t.id::text "
                                                   "|| t.xmin::text, 0))) FROM {} AS t WHERE {} AND NOT ({})",
                                                   policy.table, policy.has_one,
                                                   named == nullptr ? "false" : past_text(policy, *named))));
  return text;
}

}  // namespace

std::string rows_past_their_policy(readmodel::Session& session, const Retained& retained) {
  std::string text;
  for (const auto& policy : kPolicies) {
    const auto count = sql_value(session, fmt::format("SELECT count(*) FROM {} AS t WHERE {} AND ({})", policy.table,
                                                      policy.has_one, past_text(policy, retained)));
    if (count != "0") text += fmt::format("  {} {}\n", policy.rows, count);
  }
  return text;
}

std::string fingerprint_of_named_rows(readmodel::Session& session, const Retained& retained) {
  return fingerprint(session, &retained);
}

std::string fingerprint_of_all_rows(readmodel::Session& session) { return fingerprint(session, nullptr); }

}  // namespace tidemark::tests
