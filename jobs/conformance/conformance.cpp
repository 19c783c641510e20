#include "jobs/conformance/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "jobs/conformance/answer_checks.hpp"
#include "jobs/conformance/bucket_checks.hpp"
#include "jobs/conformance/health_check.hpp"
#include "jobs/conformance/merge_checks.hpp"
#include "jobs/conformance/point_checks.hpp"
#include "jobs/conformance/row_checks.hpp"
#include "jobs/conformance/summary_checks.hpp"
#include "jobs/project_floors.hpp"
#include "jobs/project_pool.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/queries/projects.hpp"
#include "readmodel/sources/source_discovery.hpp"

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
      check_splits(*rows, {project_.floors, off_}, report_);
      check_both_tables(*rows, project_.floors, report_);
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
  EntityCheck entities_{project_.as_of, project_.floors, report_};
  MergeCheck merge_{project_.as_of, project_.floors, report_};
  HealthCheck health_;
  CurrentPoints current_{project_.as_of};
  ComponentSet off_ = readmodel::assess_sources(tx_).components_off();
};

// What is to be checked: the projects with stored rows, and those that the sources still have.
struct Subjects {
  std::vector<ProjectHeader> projects;  // named by their id where the source is gone
  std::set<Uuid> with_source;
};

Subjects find_subjects(readmodel::Session& session, const Options& options) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  readmodel::make_read_only(tx);
  Subjects subjects;
  std::map<Uuid, ProjectHeader> sources;
  for (const auto& source : readmodel::list_projects(tx)) {
    sources.emplace(source.id, source);
    subjects.with_source.insert(source.id);
  }
  const auto stored = readmodel::list_stored_projects(tx);
  if (options.project) {
    subjects.projects.push_back(readmodel::find_project(tx, *options.project));
    if (std::find(stored.begin(), stored.end(), subjects.projects.front().id) == stored.end())
      throw Error(ErrorKind::failed, fmt::format("nothing has been computed for {} yet, so there is nothing to check; "
                                                 "`tidemark run refresh --full` does it",
                                                 subjects.projects.front().name));
    return subjects;
  }
  for (const auto& id : stored) {
    const auto source = sources.find(id);
    ProjectHeader nameless;
    nameless.id = id;
    nameless.name = to_string(id);
    subjects.projects.push_back(source == sources.end() ? nameless : source->second);
  }
  return subjects;
}

enum class Source { there, gone };

Report check_project(readmodel::Session& session, const ProjectHeader& header, Source source) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  readmodel::make_read_only(tx);
  Report report;
  report.begin_project(header.name);
  const auto versions = readmodel::read_data_versions(tx, header.id);
  if (versions.empty()) {
    report.add(Check::key, "metrics_data_version",
               "the project has rows but no data version: nothing says what instant they stand for");
    return report;
  }
  for (const auto family : kMetricFamilies)
    if (!versions.contains(family) || versions.at(family).state.as_of != *readmodel::newest_as_of(versions))
      report.add(Check::key, fmt::format("metrics_data_version {}", to_string(family)),
                 "does not stand for the instant that the project's other rows stand for");
  const Instant as_of = *readmodel::newest_as_of(versions);
  const Project project{header.id, as_of, jobs::project_floors(tx, header.id, as_of, {}).computed};
  ProjectCheck check(tx, project, report);
  check.points_and_entities();
  check.summaries();
  // A project whose source is gone has no answers; its rows go with the next refresh.
  if (source == Source::there) check.answers();
  return report;
}

}  // namespace

Report check(const Options& options, const OnProgress& on_progress) {
  const Subjects subjects = [&] {
    readmodel::Session session(options.connection);
    return find_subjects(session, options);
  }();
  const auto& projects = subjects.projects;
  std::vector<Report> reports(projects.size());
  std::atomic<std::size_t> done{0};
  on_progress(0, projects.size());
  const auto failures = jobs::for_each_project(
      {options.connection, options.workers}, projects, [&](readmodel::Session& session, std::size_t i) {
        const auto source = subjects.with_source.contains(projects[i].id) ? Source::there : Source::gone;
        reports[i] = check_project(session, projects[i], source);
        on_progress(++done, projects.size());
      });
  // A project that could not be read is no project that conforms.
  if (!failures.empty())
    throw Error(failures.front().kind, fmt::format("project {} could not be checked: {}", failures.front().project.name,
                                                   failures.front().reason));
  Report all;
  for (auto& report : reports) all.merge(std::move(report));
  return all;
}

}  // namespace tidemark::conformance
