#include "jobs/views/status_view.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "contracts/catalogue.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/queries/projects.hpp"

namespace tidemark::views {
namespace {

constexpr std::int64_t kQuarantineShown = 5;

constexpr std::pair<const char*, std::optional<double> ProjectStatus::*> kValues[]{
    {"health_at_a_glance", &ProjectStatus::health},
    {"delivery_predictability_index", &ProjectStatus::predictability},
    {"flow_efficiency_score", &ProjectStatus::flow_efficiency},
    {"wip", &ProjectStatus::wip},
    {"blocked", &ProjectStatus::blocked},
    {"backlog", &ProjectStatus::backlog}};

// Source projects and computed ones; either may lack the other.
std::vector<ProjectStatus> read_projects(readmodel::Transaction& tx) {
  std::map<Uuid, ProjectStatus> by_id;
  for (const auto& project : readmodel::list_projects(tx)) {
    auto& status = by_id[project.id];
    status.id = project.id;
    status.name = project.name;
    status.state = project.status;
  }
  for (const auto& family : readmodel::list_freshness(tx)) {
    auto& status = by_id[family.project_id];
    status.id = family.project_id;
    status.as_of = status.as_of ? std::max(*status.as_of, family.as_of) : family.as_of;
    status.families.push_back(family);
  }
  for (const auto& reconciled : readmodel::list_reconciled(tx))
    if (const auto known = by_id.find(reconciled.project_id); known != by_id.end())
      known->second.reconciled_at = reconciled.at;
  std::vector<std::string> keys;
  for (const auto& [key, field] : kValues) keys.emplace_back(key);
  for (const auto& value : readmodel::newest_values(tx, keys))
    for (const auto& [key, field] : kValues)
      if (value.metric_key == key) by_id[value.project_id].*field = value.value;

  std::vector<ProjectStatus> projects;
  for (auto& [id, status] : by_id) {
    if (status.name.empty()) status.name = to_string(id);
    projects.push_back(std::move(status));
  }
  std::stable_sort(projects.begin(), projects.end(), [](const ProjectStatus& a, const ProjectStatus& b) {
    return std::tie(b.wip, a.name) < std::tie(a.wip, b.name);
  });
  return projects;
}

Json runs_json(const std::vector<readmodel::RunRecord>& runs) {
  Json list = Json::array();
  for (const auto& run : runs) {
    Json json{{"job", run.job}, {"mode", run.mode}, {"status", run.status}};
    if (run.project_id) json["project_id"] = to_string(*run.project_id);
    if (run.as_of) json["as_of"] = format_instant(*run.as_of);
    json["started_at"] = format_instant(run.started_at);
    if (run.finished_at) json["finished_at"] = format_instant(*run.finished_at);
    json["rows_written"] = run.rows_written;
    json["rows_unchanged"] = run.rows_unchanged;
    json["rows_deleted"] = run.rows_deleted;
    json["attempts"] = run.attempts;
    if (run.failure_reason) json["failure_reason"] = *run.failure_reason;
    if (run.report) json["report"] = Json::parse(*run.report, nullptr, false);
    list.push_back(std::move(json));
  }
  return list;
}

Json projects_json(const std::vector<ProjectStatus>& projects) {
  Json list = Json::array();
  for (const auto& project : projects) {
    Json json{{"project_id", to_string(project.id)}, {"name", project.name}};
    if (!project.state.empty()) json["status"] = project.state;
    if (project.as_of) json["as_of"] = format_instant(*project.as_of);
    if (project.reconciled_at) json["reconciled_at"] = format_instant(*project.reconciled_at);
    for (const auto& family : project.families)
      json["families"][family.family] = {{"as_of", format_instant(family.as_of)},
                                         {"data_version", family.version},
                                         {"definition_version", family.definition_hash}};
    for (const auto& [key, field] : kValues) add_rounded(json, key, project.*field, find_metric(key)->unit);
    list.push_back(std::move(json));
  }
  return list;
}

Json holder_json(const readmodel::LockHolder& holder) {
  Json json{{"transaction", holder.transaction}};
  if (holder.pid) json["pid"] = *holder.pid;
  if (!holder.application.empty()) json["application"] = holder.application;
  if (holder.gid) json["prepared"] = *holder.gid;
  if (holder.started) json["started_at"] = format_instant(*holder.started);
  json["first_seen"] = format_instant(holder.since);
  json["missing_ids"] = holder.ids;
  return json;
}

Json watermark_json(const Status& status) {
  Json json{{"dirty_rows", status.dirty.rows}, {"dirty_projects", status.dirty.projects}};
  for (const auto& fault : status.watermark_faults)
    json["faults"].push_back(Json{{"text", fault.text}, {"remedy", fault.remedy}});
  if (!status.watermark) return json;
  const auto& cursor = status.watermark->cursor;
  json["event_id"] = cursor.watermark;
  json["baseline_id"] = cursor.baseline;
  json["baseline_settled"] = !cursor.baseline_wait;
  json["moved_at"] = format_instant(status.watermark->moved_at);
  std::uint64_t missing = 0;
  std::size_t ranges = 0;
  for (const auto& gap : cursor.gaps) {
    missing += readmodel::count_ids(gap.ids);
    ranges += gap.ids.size();
  }
  json["missing_ids"] = missing;
  json["gaps"] = ranges;
  json["holders"] = Json::array();
  for (const auto& holder : status.watermark->holders) json["holders"].push_back(holder_json(holder));
  return json;
}

const char* method_text(readmodel::ChangeMethod method) {
  switch (method) {
    case readmodel::ChangeMethod::capture: return "capture";
    case readmodel::ChangeMethod::cursor: return "cursor";
    case readmodel::ChangeMethod::none: return "none";
  }
  return "";
}

Json changes_json(const std::vector<readmodel::ChangeSource>& sources) {
  Json json = Json::object();
  for (const auto& source : sources) json[source.table] = method_text(source.method);
  return json;
}

// In a transaction as the search for events has it, which rests on its isolation.
std::vector<readmodel::SourceFault> find_watermark_faults(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  const auto source = readmodel::find_event_source(tx);
  return source.kind == '\0' ? std::vector<readmodel::SourceFault>{} : readmodel::watermark_faults(source);
}

}  // namespace

Status read_status(readmodel::Session& session, Instant now) {
  Status status;
  status.watermark_faults = find_watermark_faults(session);
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  status.now = now;
  status.clock = readmodel::database_clock(tx);
  status.server = readmodel::read_server_facts(tx);
  status.tables = readmodel::table_sizes(tx);
  status.runs = readmodel::newest_runs(tx);
  status.alerts = readmodel::count_open_alerts(tx);
  status.quarantine = readmodel::count_open_quarantine(tx);
  status.newest_quarantined = readmodel::list_open_quarantine(tx, kQuarantineShown);
  status.watermark = readmodel::read_watermark(tx);
  status.dirty = readmodel::count_dirty(tx);
  status.changes = readmodel::find_change_sources(tx);
  status.projects = read_projects(tx);
  return status;
}

Json status_json(const Status& status) {
  Json json{{"now", format_instant(status.now)},
            {"database",
             {{"name", status.server.database},
              {"user", status.server.user},
              {"version", status.server.version},
              {"bytes", status.server.bytes}}}};
  json["tables"] = Json::array();
  for (const auto& table : status.tables)
    json["tables"].push_back({{"table", table.table},
                              {"rows", table.rows},
                              {"estimated", table.counted == readmodel::RowCount::estimated},
                              {"bytes", table.bytes}});
  json["runs"] = runs_json(status.runs);
  json["alerts"] = Json::array();
  for (const auto& count : status.alerts)
    json["alerts"].push_back({{"severity", std::string{to_string(count.severity)}}, {"open", count.open}});
  json["quarantine"] = Json::array();
  for (const auto& count : status.quarantine) {
    Json entry{{"source", count.source}, {"open", count.open}};
    if (count.project_id) entry["project_id"] = to_string(*count.project_id);
    json["quarantine"].push_back(std::move(entry));
  }
  json["watermark"] = watermark_json(status);
  json["changes"] = changes_json(status.changes);
  json["projects"] = projects_json(status.projects);
  return json;
}

}  // namespace tidemark::views
