#include "jobs/explain.hpp"

#include <algorithm>

#include "contracts/error.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/sources/uncounted_reader.hpp"

namespace tidemark::jobs {
namespace {

compute::Exclusion exclusion_of(std::string_view source, std::string key, const compute::Reason& reason) {
  compute::Evidence evidence;
  evidence.rows.push_back({std::string{source}, std::move(key)});
  return {compute::candidate_kind(source), {std::move(evidence), reason, {}}};
}

void name_task(compute::Evidence& evidence, const ProjectSources& sources, const Uuid& task_id) {
  const auto task = std::find_if(sources.tasks.begin(), sources.tasks.end(),
                                 [&](const TaskSource& candidate) { return candidate.id == task_id; });
  if (task == sources.tasks.end()) return;
  evidence.entity_id = to_string(task->id);
  evidence.short_id = task->short_id;
  evidence.title = task->title;
}

// The rows that never reach the compute: those the readers could not read, and those that no metric counts.
std::vector<compute::Exclusion> unread_rows(const readmodel::ReadResult& read,
                                            const readmodel::UncountedRows& uncounted) {
  std::vector<compute::Exclusion> rows;
  for (const auto& row : read.quarantine) {
    rows.push_back(exclusion_of(row.source, row.source_key, compute::reasons::kQuarantined));
    rows.back().row.detail = row.reason;
  }
  const auto add = [&](std::string_view source, const compute::Reason& reason,
                       const std::vector<readmodel::UncountedRow>& of_source) {
    for (const auto& row : of_source) {
      rows.push_back(exclusion_of(source, row.key, reason));
      rows.back().row.evidence.at = row.at;
      if (row.task_id) name_task(rows.back().row.evidence, read.sources, *row.task_id);
    }
  };
  add("integration_attempt", compute::reasons::kQueued, uncounted.queued_attempts);
  add("plan_change_set", compute::reasons::kNotApplied, uncounted.unapplied_change_sets);
  return rows;
}

Verdict verdict_of(const std::optional<readmodel::StoredPoint>& stored, const std::optional<PointValue>& computed) {
  if (stored && computed) return stored->value == *computed ? Verdict::equal : Verdict::different;
  if (stored) return Verdict::not_reproduced;
  return computed ? Verdict::not_stored : Verdict::no_point;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::equal: return "equal";
    case Verdict::different: return "different";
    case Verdict::not_stored: return "not_stored";
    case Verdict::not_reproduced: return "not_reproduced";
    case Verdict::no_point: return "no_point";
  }
  return "";
}

Explanation explain(readmodel::Transaction& tx, const ExplainRequest& request) {
  const auto& project = request.project;
  const auto versions = readmodel::read_data_versions(tx, project.id);
  const auto version = versions.find(request.metric->family);
  if (version == versions.end())
    throw Error(ErrorKind::failed,
                "nothing has been computed for " + project.name + " yet; `tidemark run refresh --full` does it");
  const Instant as_of = version->second.state.as_of;
  const auto capabilities = readmodel::discover_sources(tx);
  const auto read = readmodel::read_project(tx, project, capabilities);
  const auto uncounted = readmodel::read_uncounted(tx, project, capabilities);
  const compute::ComputeOptions options{as_of, readmodel::database_clock(tx),
                                        project_floors(tx, project.id, as_of, request.retention).computed};
  const compute::PointKey key{request.metric->key, request.grain, request.at.value_or(as_of), request.dimensions};
  Explanation explanation{compute::explain_point(read.sources, options, key, unread_rows(read, uncounted)),
                          std::nullopt,
                          version->second,
                          std::nullopt,
                          readmodel::list_project_quarantine(tx, project.id),
                          Verdict::no_point};
  const bool in_trend = request.dimensions.all() || request.metric->splits_trend_by(request.dimensions.name);
  explanation.stored = readmodel::read_point(
      tx, {project.id, request.metric->key, request.grain, explanation.point.bucket.start, request.dimensions,
           in_trend ? readmodel::PointTable::trend : readmodel::PointTable::breakdown});
  if (explanation.stored)
    explanation.run = readmodel::find_writing_run(tx, project.id, explanation.stored->computed_at);
  explanation.verdict = verdict_of(explanation.stored, explanation.point.value);
  return explanation;
}

}  // namespace tidemark::jobs
