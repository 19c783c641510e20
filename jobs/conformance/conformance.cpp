#include "jobs/conformance/conformance.hpp"

#include <algorithm>

#include "jobs/conformance/answer_checks.hpp"
#include "jobs/conformance/bucket_checks.hpp"
#include "jobs/conformance/health_check.hpp"
#include "jobs/conformance/merge_checks.hpp"
#include "jobs/conformance/point_checks.hpp"
#include "jobs/conformance/row_checks.hpp"
#include "jobs/conformance/summary_checks.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/queries/projects.hpp"

namespace tidemark::conformance {
namespace {

using readmodel::ProjectHeader;

// Whether the formulas can be asked of it: the key is reported where it is not the contract's.
bool has_key(const Point& point) {
  return point.metric != nullptr && point.row.grain && point.row.bucket && point.row.unreadable.empty() &&
         point.dimensions_problem.empty() && point.json.is_object();
}

class ProjectCheck {
 public:
  ProjectCheck(readmodel::Transaction& tx, const Project& project, Report& report)
      : tx_(tx), project_(project), report_(report) {
    basis_.project_id = project.id;
    basis_.as_of = project.as_of;
  }

  void points_and_entities() {
    BucketStream stream(tx_, project_.id);
    std::string metric_key;
    while (const auto rows = stream.next([&](const auto& row) { entity(row); })) {
      if (rows->metric_key != metric_key) merge_.finish();
      metric_key = rows->metric_key;
      for (const auto& each : rows->trend) point(each);
      for (const auto& each : rows->breakdown) point(each);
      check_splits(*rows, project_.as_of, report_);
      check_both_tables(*rows, project_.as_of, report_);
      entities_.add(*rows);
    }
    merge_.finish();
    entities_.finish();
    health_.finish(report_);
  }

  void summaries() {
    readmodel::StoredRows<readmodel::StoredSummary> rows(tx_, project_.id);
    for (const auto* row = rows.front(); row != nullptr; row = rows.front()) {
      check_row(*row, project_, report_);
      check_summary(*row, current_, report_);
      if (row->scope == "{}" && row->captured_at <= project_.as_of) basis_.newest_summary = row->payload;
      rows.pop();
    }
  }

  void answers() { check_answers(tx_, basis_, report_); }

 private:
  void point(const Point& each) {
    check_row(each, project_, report_);
    if (!has_key(each)) return;
    report_.count(Check::point);
    for (const auto& problem : point_problems(each, project_.as_of)) report_.add(Check::point, each.where(), problem);
    const auto state = state_of(each);
    if (each.metric->kind == MetricKind::event) {
      report_.count(Check::state);
      for (const auto& problem : state_problems(each, state)) report_.add(Check::state, each.where(), problem);
    }
    if (each.table == Table::breakdown) return;
    merge_.add(each, state);
    health_.add(each);
    current_.add(each);
  }

  void entity(const readmodel::StoredDrilldown& row) {
    check_row(row, project_, report_);
    const auto value = number(Json::parse(row.payload, nullptr, false), "value");
    if (value) basis_.entity_values[row.metric_key].push_back(*value);
  }

  readmodel::Transaction& tx_;
  const Project& project_;
  Report& report_;
  AnswerBasis basis_;
  EntityCheck entities_{project_.as_of, report_};
  MergeCheck merge_{project_.as_of, report_};
  HealthCheck health_;
  CurrentPoints current_{project_.as_of};
};

void check_project(readmodel::Transaction& tx, const Uuid& id, const ProjectHeader* source, Report& report) {
  report.begin_project(source == nullptr ? to_string(id) : source->name);
  const auto version = readmodel::read_data_version(tx, id, readmodel::kDeliveryFamily);
  if (!version)
    return report.add(Check::key, "metrics_data_version",
                      "the project has rows but no data version: nothing says what "
                      "instant they stand for");
  const Project project{id, version->as_of};
  ProjectCheck check(tx, project, report);
  check.points_and_entities();
  check.summaries();
  // A project whose source is gone has no answers; its rows go with the next refresh.
  if (source != nullptr) check.answers();
}

}  // namespace

Report check(readmodel::Session& session, const Options& options, const OnProgress& on_progress) {
  std::vector<Uuid> ids;
  std::vector<ProjectHeader> sources;
  {
    readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
    readmodel::make_read_only(tx);
    if (options.project)
      ids.push_back(readmodel::find_project(tx, *options.project).id);
    else
      ids = readmodel::list_stored_projects(tx);
    sources = readmodel::list_projects(tx);
  }
  Report report;
  for (std::size_t done = 0; done < ids.size(); ++done) {
    on_progress(done, ids.size());
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const ProjectHeader& header) { return header.id == ids[done]; });
    readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
    readmodel::make_read_only(tx);
    check_project(tx, ids[done], source == sources.end() ? nullptr : &*source, report);
  }
  on_progress(ids.size(), ids.size());
  return report;
}

}  // namespace tidemark::conformance
