// The part of ProjectView that decides about a single source row: whether it is known at the as-of, whether its task is
// there, and what is remembered of a row that no fact is made of.
#include "compute/project_view.hpp"

namespace tidemark::compute {

ProjectView::Presence ProjectView::find_task(const Uuid& id, TaskIndex& index) const {
  const auto found = index_.find(id);
  if (found != index_.end()) {
    index = found->second;
    return Presence::here;
  }
  index = kNoTask;
  return later_.contains(id) ? Presence::not_yet : Presence::unknown;
}

const TaskView* ProjectView::find(const Uuid& task_id) const {
  const auto here = index_.find(task_id);
  return here == index_.end() ? nullptr : &task(here->second);
}

const TaskSource* ProjectView::find_source(const Uuid& task_id) const {
  if (const auto here = index_.find(task_id); here != index_.end())
    return task_sources_[static_cast<std::size_t>(here->second)];
  const auto later = later_.find(task_id);
  return later == later_.end() ? nullptr : later->second;
}

std::string ProjectView::Candidate::key_text() const {
  if (const auto* uuid = std::get_if<Uuid>(&key)) return to_string(*uuid);
  if (const auto* text = std::get_if<std::string_view>(&key)) return std::string{*text};
  return std::to_string(std::get<std::int64_t>(key));
}

void ProjectView::exclude(const Candidate& row, const Reason& reason, const std::string& detail) {
  if (exclusions_ == nullptr) return;
  Evidence evidence{{{std::string{row.source}, row.key_text()}}, row.at, {}, {}, {}};
  if (const auto* task = row.task_id ? find_source(*row.task_id) : nullptr) {
    evidence.entity_id = to_string(task->id);
    evidence.short_id = task->short_id;
    evidence.title = task->title;
  }
  exclusions_->push_back({candidate_kind(row.source), {std::move(evidence), reason, detail}});
}

void ProjectView::report(const Candidate& row, const std::string& problem) {
  quarantine.push_back({std::string{row.source}, row.key_text(), problem});
  exclude(row, reasons::kQuarantined, problem);
}

bool ProjectView::is_known(const Candidate& row) {
  if (row.at <= as_of()) return true;
  exclude(row, reasons::kAfterAsOf);
  return false;
}

TaskIndex ProjectView::require_task(const Uuid& id, const Candidate& row) {
  TaskIndex index = kNoTask;
  const auto presence = find_task(id, index);
  if (presence == Presence::unknown) report(row, "task " + to_string(id) + " does not exist in this project");
  if (presence == Presence::not_yet) exclude(row, reasons::kAfterAsOf, "its task was created later");
  return index;
}

}  // namespace tidemark::compute
