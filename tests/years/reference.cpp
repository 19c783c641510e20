#include "years/reference.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>
#include <set>

#include "compute/project.hpp"
#include "contracts/catalogue.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

constexpr double kQuantileError = 0.01;
constexpr int kShown = 4;
constexpr const char* kBucket =
    "coalesce(to_char(time_bucket AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'NULL')";

Rows query(readmodel::Session& session, const std::string& sql) {
  return readmodel::translated("read rows", [&] {
    pqxx::work tx(session.pqxx_connection());
    Rows rows;
    for (const auto& row : tx.exec(sql)) rows.emplace(row[0].c_str(), row[1].c_str());
    return rows;
  });
}

// Fields in the tables' order: the id, the key, `values` of what it stands for. The bucket comes first in the key.
template <typename Table>
void add(Rows& rows, const char* table, const std::vector<typename Table::Row>& finished) {
  const auto& columns = Table::statements().columns;
  readmodel::CopyRow fields(columns.size());
  for (const auto& row : finished) {
    Table::fields(row, fields);
    std::string bucket;
    std::string key;
    std::string value;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto text = fields[i].value_or("NULL");
      if (columns[i] == "time_bucket")
        bucket = text;
      else if (columns[i] == "id" || columns[i].rfind("value_", 0) == 0 || columns[i] == "payload")
        value += (value.empty() ? "" : "|") + text;
      else
        key += '|' + text;
    }
    rows.emplace(fmt::format("{}|{}{}", bucket, table, key), std::move(value));
  }
}

ProjectRows compute_from(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of,
                         const MetricFloors& floors) {
  Floors all;
  for (const auto& metric : all_metrics()) all.emplace(metric.key, floors);
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto read = readmodel::read_project(tx, project);
  return compute::compute_project(read.sources, {as_of, readmodel::database_clock(tx), all});
}

// Of a bucket that begins at or after `since`.
Instant first_start(Grain grain, Instant since) {
  const Instant start = bucket_start(grain, since);
  return start == since ? start : bucket_end(grain, start);
}

bool is_quantile(const std::string& name) {
  return name == "median" || (name.size() > 1 && name[0] == 'p' && std::isdigit(static_cast<unsigned char>(name[1])));
}

bool near(const json& stored, const json& computed) {
  if (!stored.is_number() || !computed.is_number()) return stored == computed;
  const auto exact = computed.get<double>();
  return std::abs(stored.get<double>() - exact) <= kQuantileError * std::abs(exact) + 1e-9;
}

bool same_members(const json& stored, const json& computed) {
  static const std::set<std::string> kOfMerged{"approximate", "error_bound", "confidence_interval"};
  // A level beside the events: the last event day tells it, the week's end may know better.
  static const std::set<std::string> kLevels{"queue_length", "open_queue", "completed_before", "share"};
  for (const auto& [name, value] : computed.items()) {
    if (kOfMerged.count(name) != 0 || kLevels.count(name) != 0) continue;
    if (!stored.contains(name)) return false;
    const auto& own = stored.at(name);
    if (is_quantile(name) ? !near(own, value) : own != value) return false;
  }
  for (const auto& [name, value] : stored.items())
    if (kOfMerged.count(name) == 0 && kLevels.count(name) == 0 && !computed.contains(name)) return false;
  return true;
}

}  // namespace

Rows stored_coarse_rows(readmodel::Session& session, const Uuid& project, Instant since) {
  return query(session, fmt::format(R"(
    SELECT concat_ws('|', {}, 'trend', metric_key, time_grain, dimensions),
           concat_ws('|', id, coalesce(value_numeric::text, 'NULL'), value_json)
    FROM metrics_trend_point
    WHERE project_id = '{}' AND time_grain IN ('week', 'month') AND time_bucket >= '{}')",
                                    kBucket, to_string(project), format_instant(since)));
}

Rows computed_coarse_rows(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of,
                          Instant since) {
  MetricFloors floors;
  floors.from.fill(bucket_start(Grain::week, as_of) + 2 * kWeek);
  floors.of(KeptRows::trend_week) = first_start(Grain::week, since);
  floors.of(KeptRows::trend_month) = first_start(Grain::month, since);
  Rows rows;
  auto computed = compute_from(session, project, as_of, floors);
  std::erase_if(computed.trend,
                [](const TrendRow& row) { return row.grain != Grain::week && row.grain != Grain::month; });
  add<readmodel::TrendTable>(rows, "trend", computed.trend);
  return rows;
}

Rows stored_fine_rows(readmodel::Session& session, const Uuid& project) {
  const auto where = "WHERE project_id = '" + to_string(project) + "'";
  return query(session, fmt::format(R"(
    SELECT concat_ws('|', {0}, 'trend', metric_key, time_grain, dimensions),
           concat_ws('|', id, coalesce(value_numeric::text, 'NULL'), value_json)
    FROM metrics_trend_point {1} AND time_grain IN ('hour', 'day')
    UNION ALL
    SELECT concat_ws('|', {0}, 'breakdown', metric_key, coalesce(time_grain::text, 'NULL'), dimension_key,
                     dimension_value),
           concat_ws('|', id, coalesce(value_numeric::text, 'NULL'), value_json)
    FROM metrics_breakdown_point {1}
    UNION ALL
    SELECT concat_ws('|', {0}, 'drilldown', metric_key, entity_type, coalesce(entity_id::text, 'NULL'),
                     coalesce(reference_id, 'NULL')),
           concat_ws('|', id, payload)
    FROM metrics_drilldown {1})",
                                    kBucket, where));
}

Rows computed_fine_rows(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of) {
  MetricFloors floors;
  // The first week, or day, that ends after the cutoff is the one that holds it.
  const Instant week = bucket_start(Grain::week, as_of - 90 * kDay);
  floors.of(KeptRows::trend_hour) = week;
  floors.of(KeptRows::trend_day) = week;
  floors.of(KeptRows::trend_week) = as_of + 60 * kDay;
  floors.of(KeptRows::trend_month) = as_of + 60 * kDay;
  floors.of(KeptRows::breakdown) = bucket_start(Grain::day, as_of - 90 * kDay);
  floors.of(KeptRows::drilldown) = bucket_start(Grain::day, as_of - 30 * kDay);
  const auto computed = compute_from(session, project, as_of, floors);
  Rows rows;
  add<readmodel::TrendTable>(rows, "trend", computed.trend);
  add<readmodel::BreakdownTable>(rows, "breakdown", computed.breakdown);
  add<readmodel::DrilldownTable>(rows, "drilldown", computed.drilldown);
  return rows;
}

bool same_but_merged(const std::string& stored, const std::string& computed) {
  // id|numeric|json
  const auto cut = [](const std::string& value) {
    const auto first = value.find('|');
    const auto second = value.find('|', first + 1);
    return std::array{value.substr(0, first), value.substr(first + 1, second - first - 1), value.substr(second + 1)};
  };
  const auto own = cut(stored);
  const auto exact = cut(computed);
  const auto own_json = json::parse(own[2]);
  const auto exact_json = json::parse(exact[2]);
  if (own[0] != exact[0] || !same_members(own_json, exact_json)) return false;
  if (own[1] == exact[1] && own_json == exact_json) return true;
  const bool approximate = own_json.value("approximate", false);
  const auto number = [](const std::string& text) { return text == "NULL" ? json(nullptr) : json(std::stod(text)); };
  if (own[1] != exact[1] && !(approximate && near(number(own[1]), number(exact[1])))) return false;
  // A quantile that is not the same must be marked.
  for (const auto& [name, value] : exact_json.items())
    if (is_quantile(name) && own_json.at(name) != value && !approximate) return false;
  return true;
}

std::string differences(const Rows& stored, const Rows& computed, const Excused& excused) {
  std::string text;
  int count = 0;
  const auto note = [&](const std::string& key, const std::string* own, const std::string* other) {
    if (own != nullptr && other != nullptr && *own == *other) return;
    if (excused && excused(key, own, other)) return;
    if (++count <= kShown)
      text += fmt::format("  {}\n    stored   {}\n    computed {}\n", key, own == nullptr ? "-" : *own,
                          other == nullptr ? "-" : *other);
  };
  auto own = stored.begin();
  auto other = computed.begin();
  while (own != stored.end() || other != computed.end()) {
    if (other == computed.end() || (own != stored.end() && own->first < other->first)) {
      note(own->first, &own->second, nullptr);
      ++own;
    } else if (own == stored.end() || other->first < own->first) {
      note(other->first, nullptr, &other->second);
      ++other;
    } else {
      note(own->first, &own->second, &other->second);
      ++own;
      ++other;
    }
  }
  if (count > kShown) text += fmt::format("  and {} more\n", count - kShown);
  return text;
}

CoarseKey parse_coarse_key(const std::string& key) {
  const auto first = key.find('|');
  const auto second = key.find('|', first + 1);
  const auto third = key.find('|', second + 1);
  const auto fourth = key.find('|', third + 1);
  return {key.substr(0, first), key.substr(third + 1, fourth - third - 1), key.substr(second + 1, third - second - 1)};
}

}  // namespace tidemark::tests
