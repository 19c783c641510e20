#include "support/comparison.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "compute/project.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/floor_store.hpp"
#include "readmodel/tables.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

constexpr std::size_t kShown = 4;  // lines of each side

// Columns in the order of the tables' own `fields`, NULL as a word.
std::string query(const std::string& project) {
  constexpr const char* kBucket = "coalesce(to_char(time_bucket, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'NULL')";
  const auto where = " WHERE project_id = '" + project + "'";
  return std::string{"SELECT concat_ws('|', 'trend', id, metric_key, time_grain, "} + kBucket +
         ", dimensions, coalesce(value_numeric::text, 'NULL'), value_json) FROM metrics_trend_point" + where +
         " UNION ALL SELECT concat_ws('|', 'breakdown', id, metric_key, coalesce(time_grain::text, 'NULL'), " +
         kBucket +
         ", dimension_key, dimension_value, coalesce(value_numeric::text, 'NULL'), value_json) "
         "FROM metrics_breakdown_point" +
         where +
         " UNION ALL SELECT concat_ws('|', 'drilldown', id, metric_key, entity_type, coalesce(entity_id::text, "
         "'NULL'), "
         "coalesce(reference_id, 'NULL'), " +
         kBucket + ", payload) FROM metrics_drilldown" + where +
         " UNION ALL SELECT concat_ws('|', 'quarantine', source, source_key, reason) FROM metrics_quarantine" + where +
         " AND resolved_at IS NULL";
}

template <typename Table>
void add_lines(RowLines& lines, const std::string& name, const std::vector<typename Table::Row>& rows) {
  readmodel::CopyRow fields(Table::statements().columns.size());
  for (const auto& row : rows) {
    Table::fields(row, fields);
    auto line = name;
    for (const auto& field : fields) line += '|' + field.value_or("NULL");
    lines.push_back(std::move(line));
  }
}

// An entry per row, which keeps the first of several reasons.
void add_quarantine(RowLines& lines, const std::vector<QuarantineRow>& rows) {
  std::map<std::string, std::string> reasons;
  for (const auto& row : rows) {
    const auto [at, added] = reasons.try_emplace(row.source + '|' + row.source_key, row.reason);
    if (!added) at->second = std::min(at->second, row.reason);
  }
  for (const auto& [key, reason] : reasons) lines.push_back("quarantine|" + key + '|' + reason);
}

std::string only_in(const RowLines& one, const RowLines& other, const std::string& mark) {
  RowLines only;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(only));
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, only.size()); ++i) text += mark + only[i] + '\n';
  if (only.size() > kShown) text += mark + "and " + std::to_string(only.size() - kShown) + " more\n";
  return text;
}

}  // namespace

RowLines stored_lines(readmodel::Session& session, const Uuid& project) {
  return readmodel::translated("dump", [&] {
    pqxx::work tx(session.pqxx_connection());
    RowLines lines;
    for (const auto& row : tx.exec(query(to_string(project)))) lines.emplace_back(row[0].c_str());
    std::sort(lines.begin(), lines.end());
    return lines;
  });
}

RowLines expected_lines(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto read = readmodel::read_project(tx, project);
  auto rows = compute::compute_project(read.sources,
                                       {as_of, readmodel::database_clock(tx), readmodel::read_floors(tx, project.id)});
  rows.quarantine.insert(rows.quarantine.end(), read.quarantine.begin(), read.quarantine.end());
  RowLines lines;
  add_lines<readmodel::TrendTable>(lines, "trend", rows.trend);
  add_lines<readmodel::BreakdownTable>(lines, "breakdown", rows.breakdown);
  add_lines<readmodel::DrilldownTable>(lines, "drilldown", rows.drilldown);
  add_quarantine(lines, rows.quarantine);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string differences(const RowLines& stored, const RowLines& expected) {
  if (stored == expected) return {};
  return only_in(stored, expected, "  stored   ") + only_in(expected, stored, "  expected ");
}

std::string left_behind(readmodel::Session& session) {
  std::string tables;
  for (const char* table :
       {"metrics_trend_point", "metrics_breakdown_point", "metrics_drilldown", "metrics_quarantine",
        "metrics_job_checkpoint", "metrics_data_version", "metrics_dirty", "metrics_compaction_floor"}) {
    const auto found = sql_value(session, std::string{"SELECT project_id FROM "} + table +
                                              " WHERE project_id NOT IN (SELECT id FROM project) LIMIT 1");
    if (!found.empty()) tables += std::string{"  "} + table + " has rows of " + found + ", which is gone\n";
  }
  return tables;
}

}  // namespace tidemark::tests
