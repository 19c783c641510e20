#include "readmodel/floor_store.hpp"

#include <algorithm>
#include <array>

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr int kFirstFloor = 1;  // the column of kKeptRows' first
constexpr int kLeftWeeks = kFirstFloor + static_cast<int>(kKeptRows.size());

std::vector<Instant> split_instants(std::string_view list) {
  std::vector<Instant> instants;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    instants.push_back(parse_instant(list.substr(0, end)).value());
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return instants;
}

std::optional<Instant> stored_floor(Instant floor) {
  return floor == Instant::min() ? std::nullopt : std::optional{floor};
}

}  // namespace

Floors read_floors(Transaction& tx, const Uuid& project_id) {
  Floors floors;
  for (const auto& stored : tx.exec(sql::read_floors, {project_id})) {
    RowReader row(stored);
    auto& of_metric = floors[row.text(0)];
    for (std::size_t i = 0; i < kKeptRows.size(); ++i)
      of_metric.of(kKeptRows[i]) = row.optional_instant(kFirstFloor + static_cast<int>(i)).value_or(Instant::min());
    of_metric.left_weeks = split_instants(row.view(kLeftWeeks));
  }
  return floors;
}

void write_floors(Transaction& tx, const Uuid& project_id, const Floors& floors) {
  if (floors.empty()) return;
  std::vector<std::string> metrics;
  std::array<std::vector<std::optional<Instant>>, kKeptRows.size()> from;
  std::vector<std::optional<std::string>> left_weeks;
  for (const auto& [metric, of_metric] : floors) {
    metrics.push_back(metric);
    for (std::size_t i = 0; i < kKeptRows.size(); ++i) from[i].push_back(stored_floor(of_metric.of(kKeptRows[i])));
    left_weeks.push_back(Param{of_metric.left_weeks}.text());
  }
  Params params{project_id, metrics};
  params.insert(params.end(), from.begin(), from.end());
  params.emplace_back(left_weeks);
  tx.exec(sql::upsert_floors, params);
}

}  // namespace tidemark::readmodel
