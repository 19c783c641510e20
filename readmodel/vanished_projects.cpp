#include "readmodel/vanished_projects.hpp"

#include <set>

#include "readmodel/sources/delivery_reader.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

std::vector<Uuid> find_vanished(Session& session) {
  // One snapshot: a project that is made and computed between two statements has not vanished.
  Transaction tx(session, Isolation::repeatable_read);
  std::set<Uuid> present;
  for (const auto& project : list_projects(tx)) present.insert(project.id);
  std::vector<Uuid> vanished;
  for (const auto& stored : tx.exec(sql::list_written_projects)) {
    const auto id = RowReader{stored}.uuid(0);
    if (present.count(id) == 0) vanished.push_back(id);
  }
  return vanished;
}

void purge(Session& session, const Uuid& project_id) {
  Transaction tx(session, Isolation::read_committed);
  tx.exec(sql::lock_checkpoints, {project_id});
  for (const auto* statement :
       {&sql::purge_summary, &sql::purge_trend_point, &sql::purge_breakdown_point, &sql::purge_drilldown,
        &sql::purge_quarantine, &sql::purge_alert, &sql::purge_dirty, &sql::purge_project_memory,
        &sql::purge_task_timeline, &sql::purge_compaction_floor, &sql::purge_data_version, &sql::purge_job_checkpoint})
    tx.exec(*statement, {project_id});
  tx.commit();
}

}  // namespace

std::vector<Uuid> delete_vanished_projects(Session& session) {
  const auto vanished = find_vanished(session);
  for (const auto& project_id : vanished) purge(session, project_id);
  return vanished;
}

}  // namespace tidemark::readmodel
