#include "property/source_model.hpp"

#include <algorithm>
#include <set>

namespace tidemark::tests {
namespace {

using nlohmann::json;

const std::set<std::string> kInstants{"created_at", "started_at", "ended_at", "applied_at"};
const std::set<std::string> kDates{"planned_start_date", "planned_completion_date", "actual_completion_date"};
const std::set<std::string> kIdentity{"id", "project_id", "correlation_id", "updated_at"};

std::string project_of(const SourceRow& row) {
  return row.columns.at(row.table == "project" ? "id" : "project_id").get<std::string>();
}

Instant day_of(const std::string& date) { return *parse_instant(date); }

}  // namespace

void SourceModel::note(const SourceRow& row) {
  const Instant far = Day{std::chrono::year{2030} / 1 / 1};
  for (const auto& name : kInstants) {
    const auto found = row.columns.find(name);
    if (found == row.columns.end() || !found->is_string()) continue;
    const auto at = *parse_instant(found->get<std::string>());
    if (at < far) newest_ = std::max(newest_, at);
  }
}

bool SourceModel::arrive(const SourceRow& row) {
  const auto project = project_of(row);
  if (row.table != "project" && tables_["project"].count(project) == 0) {
    waiting_[project].push_back(row);
    return false;
  }
  note(row);
  tables_[row.table].insert_or_assign(key_of(row), row);
  return true;
}

SourceRow* SourceModel::any_row() {
  std::vector<std::string> tables;
  for (const auto& [table, rows] : tables_)
    if (table != "project" && !rows.empty()) tables.push_back(table);
  if (tables.empty()) return nullptr;
  // Events and tasks are what most definitions rest on.
  auto table = chance_.one_of(tables);
  if (chance_.hits(25) && !tables_["event_log"].empty()) table = "event_log";
  if (chance_.hits(25) && !tables_["task"].empty()) table = "task";
  auto& rows = tables_[table];
  return &std::next(rows.begin(), chance_.below(static_cast<std::int64_t>(rows.size())))->second;
}

SourceRow* SourceModel::any_project(const char* status) {
  auto& rows = tables_["project"];
  for (int attempt = 0; attempt < 4 && !rows.empty(); ++attempt) {
    auto& row = std::next(rows.begin(), chance_.below(static_cast<std::int64_t>(rows.size())))->second;
    if (status == nullptr || row.columns.at("status") == status) return &row;
  }
  return nullptr;
}

Steps SourceModel::put(SourceRow row) {
  if (!arrive(row)) return {};
  return {Write{0, std::move(row)}};
}

// Whatever a row says may become what another one of its table says.
Steps SourceModel::copy_column(SourceRow row) {
  std::vector<std::string> names;
  for (const auto& [name, value] : row.columns.items())
    if (kIdentity.count(name) == 0) names.push_back(name);
  const auto& others = tables_[row.table];
  const auto name = chance_.one_of(names);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto& other = std::next(others.begin(), chance_.below(static_cast<std::int64_t>(others.size())))->second;
    if (other.columns.at(name) == row.columns.at(name)) continue;
    row.columns[name] = other.columns.at(name);
    return put(std::move(row));
  }
  return {};
}

Steps SourceModel::move_instant(SourceRow row, Instant as_of) {
  std::vector<std::string> names;
  for (const auto& [name, value] : row.columns.items())
    if (value.is_string() && (kInstants.count(name) != 0 || kDates.count(name) != 0)) names.push_back(name);
  if (names.empty()) return {};
  const auto name = chance_.one_of(names);
  const auto text = row.columns.at(name).get<std::string>();
  if (kDates.count(name) != 0) {
    row.columns[name] = format_day(day_of(text) + chance_.between(-10, 10) * kDay);
    return put(std::move(row));
  }
  auto at = *parse_instant(text);
  switch (chance_.below(8)) {
    case 0: at += chance_.one_of({Micros{1}, Micros{-1}}); break;
    case 1: at = as_of + Micros{chance_.between(-1, 1)}; break;
    case 2: at -= chance_.below(800 * kDay); break;  // years late
    case 3: at = as_of + chance_.below(3 * kDay); break;
    case 4: at = bucket_start(chance_.one_of({Grain::day, Grain::week, Grain::month}), at); break;
    case 5: at += chance_.below(2 * kHour) - kHour; break;
    default: at += chance_.below(20 * kDay) - 10 * kDay;
  }
  row.columns[name] = format_instant(at);
  return put(std::move(row));
}

Steps SourceModel::move_project(SourceRow row) {
  const auto* project = any_project(nullptr);
  if (project == nullptr) return {};
  row.columns["project_id"] = project->columns.at("id");
  return put(std::move(row));
}

Steps SourceModel::remove(const SourceRow& row) {
  Steps steps{Remove{0, row.table, key_of(row)}};
  removed_.push_back(row);
  tables_[row.table].erase(key_of(removed_.back()));  // `row` may be the row erased
  return steps;
}

Steps SourceModel::remove_project() {
  const auto* found = any_project(nullptr);
  if (found == nullptr) return {};
  const auto project = *found;
  auto& waiting = waiting_[project_of(project)];
  waiting.push_back(project);
  for (auto& [table, rows] : tables_) {
    for (auto row = rows.begin(); row != rows.end();) {
      const bool its_own = project_of(row->second) == project_of(project);
      if (its_own && table != "project") waiting.push_back(row->second);
      row = its_own ? rows.erase(row) : std::next(row);
    }
  }
  return {Remove{0, "project", key_of(project)}};
}

// A project that was deleted, with all of its rows or some; or a row.
Steps SourceModel::bring_back() {
  if (!waiting_.empty() && chance_.hits(70)) {
    auto waiting = waiting_.extract(waiting_.begin());
    Steps steps;
    const auto share = chance_.one_of({100, 100, 60, 0});
    auto& rows = waiting.mapped();
    std::stable_partition(rows.begin(), rows.end(), [](const SourceRow& row) { return row.table == "project"; });
    for (auto& row : rows) {
      if (row.table != "project" && !chance_.hits(share)) continue;
      const auto step = put(std::move(row));
      steps.insert(steps.end(), step.begin(), step.end());
    }
    return steps;
  }
  if (removed_.empty()) return {};
  auto row = std::move(removed_.back());
  removed_.pop_back();
  return put(std::move(row));
}

Steps SourceModel::change_status() {
  auto* project = any_project(chance_.hits(50) ? "archived" : nullptr);
  if (project == nullptr) return {};
  auto row = *project;
  row.columns["status"] = row.columns.at("status") == "archived" ? chance_.one_of({"active", "paused"})
                                                                 : chance_.one_of({"archived", "active", "paused"});
  return put(std::move(row));
}

Steps SourceModel::change(Instant as_of) {
  const auto kind = chance_.below(100);
  if (kind < 8) return change_status();
  if (changes_ == Changes::of_events) return {};
  if (kind < 13) return remove_project();
  if (kind < 23) return bring_back();
  const auto* row = any_row();
  if (row == nullptr) return {};
  if (kind < 60) return copy_column(*row);
  if (kind < 80) return move_instant(*row, as_of);
  return kind < 86 ? move_project(*row) : remove(*row);
}

}  // namespace tidemark::tests
