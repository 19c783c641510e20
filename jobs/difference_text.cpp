#include "jobs/difference_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "contracts/json_text.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/text.hpp"
#include "jobs/run_text.hpp"

namespace tidemark::jobs {
namespace {

using nlohmann::ordered_json;
using readmodel::Change;
using readmodel::Differences;
using readmodel::MetricDifferences;
using readmodel::RowDifference;
using render::count_text;
using render::counted;

constexpr std::size_t kJsonShown = 60;

double seconds(Micros d) { return static_cast<double>(d.count()) / 1e6; }

std::string value_of(const std::optional<double>& number) { return number ? number_text(*number) : "undefined"; }

std::string shortened(const std::string& text) {
  return text.size() <= kJsonShown ? text : text.substr(0, kJsonShown) + "..";
}

// The first member in which two objects differ; the whole texts where they are none.
std::pair<std::string, std::string> first_difference(const std::string& stored, const std::string& computed) {
  const auto before = nlohmann::json::parse(stored, nullptr, false);
  const auto after = nlohmann::json::parse(computed, nullptr, false);
  if (!before.is_object() || !after.is_object()) return {stored, computed};
  const auto shown = [](const nlohmann::json& object, const std::string& name) {
    return name + " " + (object.contains(name) ? object.at(name).dump() : "absent");
  };
  for (const auto& [name, value] : after.items())
    if (!before.contains(name) || before.at(name) != value) return {shown(before, name), shown(after, name)};
  for (const auto& [name, value] : before.items())
    if (!after.contains(name)) return {shown(before, name), shown(after, name)};
  return {stored, computed};
}

std::string values_text(const RowDifference& difference) {
  if (difference.change == Change::added) return "not stored, computed " + value_of(difference.computed_number);
  if (difference.change == Change::removed) return "stored " + value_of(difference.stored_number) + ", not produced";
  if (difference.stored_number != difference.computed_number)
    return fmt::format("stored {}, computed {}", value_of(difference.stored_number),
                       value_of(difference.computed_number));
  const auto [stored, computed] = first_difference(difference.stored_json, difference.computed_json);
  return fmt::format("stored {}, computed {}", shortened(stored), shortened(computed));
}

std::string name_of(const Uuid& project_id, const ProjectNames& names) {
  const auto found = names.find(project_id);
  return found == names.end() ? to_string(project_id) : found->second;
}

std::string difference_line(const RowDifference& difference, const ProjectNames& names) {
  return render::printable(fmt::format("  {}: {} {} {}: {}", name_of(difference.project_id, names),
                                       difference.metric_key, to_string(difference.table), difference.key,
                                       values_text(difference))) +
         '\n';
}

// Metrics and tables with differences, one a line.
std::string differences_table(const MetricDifferences& metrics) {
  std::string text =
      fmt::format("  {:<30} {:<10} {:>10} {:>10} {:>10}\n", "metric", "table", "added", "changed", "removed");
  for (const auto& [metric, tables] : metrics)
    for (const auto& [table, differences] : tables)
      if (differences.rows() > 0)
        text += fmt::format("  {:<30} {:<10} {:>10} {:>10} {:>10}\n", render::printable(metric), to_string(table),
                            count_text(differences.added), count_text(differences.changed),
                            count_text(differences.removed));
  return text;
}

std::string examples_text(const MetricDifferences& metrics, const ProjectNames& names) {
  std::string text;
  for (const auto& [metric, tables] : metrics)
    for (const auto& [table, differences] : tables)
      for (const auto& example : differences.examples) text += difference_line(example, names);
  return text;
}

ordered_json difference_json(const RowDifference& difference, const ProjectNames& names) {
  ordered_json json{{"project_id", to_string(difference.project_id)},
                    {"project", name_of(difference.project_id, names)},
                    {"change", to_string(difference.change)},
                    {"key", difference.key}};
  if (difference.stored_number) json["stored_value"] = *difference.stored_number;
  if (difference.computed_number) json["computed_value"] = *difference.computed_number;
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = ordered_json::parse(text, nullptr, false);
  };
  add("stored_json", difference.stored_json);
  add("computed_json", difference.computed_json);
  return json;
}

ordered_json differences_json(const MetricDifferences& metrics, const ProjectNames& names) {
  ordered_json list = ordered_json::array();
  for (const auto& [metric, tables] : metrics)
    for (const auto& [table, differences] : tables) {
      ordered_json json{{"metric", metric},
                        {"table", to_string(table)},
                        {"added", differences.added},
                        {"changed", differences.changed},
                        {"removed", differences.removed},
                        {"equal", differences.equal}};
      if (differences.largest_move) json["largest_move"] = difference_json(*differences.largest_move, names);
      json["examples"] = ordered_json::array();
      for (const auto& example : differences.examples) json["examples"].push_back(difference_json(example, names));
      list.push_back(std::move(json));
    }
  return list;
}

}  // namespace

std::string reconcile_text(const ReconcileOutcome& outcome) {
  const auto& report = outcome.report;
  const auto window = outcome.run.days ? fmt::format("of the last {} days", *outcome.run.days) : "of all time";
  auto text = fmt::format("reconcile: {} recomputed and compared, buckets {}, in {:.1f} s\n",
                          counted(report.compared, "project"), window, seconds(report.elapsed));
  text += fmt::format("{} equal, {} different in {}\n", counted(report.rows_equal, "row"),
                      count_text(report.rows_different), counted(report.with_differences, "project"));
  if (report.rows_different > 0) {
    text += differences_table(report.metrics) + "for example\n" + examples_text(report.metrics, outcome.names);
    text +=
        outcome.run.mode == ReconcileMode::check
            ? std::string{"nothing was repaired; `tidemark run reconcile` does it\n"}
            : fmt::format("repaired: {} written, {} deleted\n", count_text(report.written), count_text(report.deleted));
  }
  if (report.alerts_opened + report.alerts_renewed + report.alerts_closed > 0)
    text += fmt::format("alerts: {} opened, {} renewed, {} closed\n", count_text(report.alerts_opened),
                        count_text(report.alerts_renewed), count_text(report.alerts_closed));
  if (report.quarantine_changes > 0)
    text += fmt::format("Quarantine: {} set aside, renewed or resolved; `tidemark status` shows them\n",
                        counted(report.quarantine_changes, "source row"));
  if (report.never_computed > 0)
    text += fmt::format("nothing is computed yet of {}; `tidemark run refresh --full` does it\n",
                        counted(report.never_computed, "project"));
  for (const auto& skipped : report.skipped)
    text += render::printable(fmt::format("not compared: {}: {}", skipped.project, skipped.reason)) + '\n';
  return text + failures_text(report.failures);
}

ordered_json reconcile_json(const ReconcileOutcome& outcome) {
  const auto& report = outcome.report;
  ordered_json json{
      {"job", "reconcile"},
      {"mode", outcome.run.mode == ReconcileMode::check ? "check" : "repair"},
      {"projects", report.projects},
      {"compared", report.compared},
      {"never_computed", report.never_computed},
      {"with_differences", report.with_differences},
      {"rows_equal", report.rows_equal},
      {"rows_different", report.rows_different},
      {"rows_written", report.written},
      {"rows_deleted", report.deleted},
      {"alerts",
       {{"opened", report.alerts_opened}, {"renewed", report.alerts_renewed}, {"closed", report.alerts_closed}}},
      {"quarantine_changes", report.quarantine_changes},
      {"seconds", seconds(report.elapsed)}};
  if (outcome.run.days) json["days"] = *outcome.run.days;
  json["differences"] = differences_json(report.metrics, outcome.names);
  json["skipped"] = ordered_json::array();
  for (const auto& skipped : report.skipped)
    json["skipped"].push_back({{"project", skipped.project}, {"reason", skipped.reason}});
  json["failures"] = failures_json(report.failures);
  return json;
}

std::string catalogue_diff_text(const CatalogueDiff& diff, const ProjectNames& names) {
  auto text = fmt::format("catalogue diff: {} in {:.1f} s, nothing is written\n", counted(diff.projects, "project"),
                          seconds(diff.elapsed));
  text +=
      fmt::format("stored by another definition than the one in force: {}\n", counted(diff.redefined.size(), "metric"));
  if (!diff.metrics.empty()) text += differences_table(diff.metrics);
  std::string moves;
  std::string unmoved;
  for (const auto& [metric, tables] : diff.metrics) {
    std::int64_t rows = 0;
    for (const auto& [table, differences] : tables) {
      rows += differences.rows();
      if (differences.largest_move) moves += difference_line(*differences.largest_move, names);
    }
    if (rows == 0) unmoved += (unmoved.empty() ? "" : ", ") + metric;
  }
  if (!moves.empty()) text += "the values that move furthest\n" + moves;
  if (!unmoved.empty()) text += render::printable("no row of " + unmoved + " would move") + '\n';
  if (diff.waiting > 0)
    text += fmt::format("changes of the sources wait in {}; what they move is in the figures\n",
                        counted(diff.waiting, "project"));
  if (diff.never_computed > 0)
    text += fmt::format("nothing is computed yet of {}\n", counted(diff.never_computed, "project"));
  return text + failures_text(diff.failures);
}

ordered_json catalogue_diff_json(const CatalogueDiff& diff, const ProjectNames& names) {
  ordered_json json{{"projects", diff.projects},
                    {"never_computed", diff.never_computed},
                    {"projects_waiting", diff.waiting},
                    {"redefined", diff.redefined},
                    {"seconds", seconds(diff.elapsed)}};
  json["metrics"] = differences_json(diff.metrics, names);
  json["failures"] = failures_json(diff.failures);
  return json;
}

}  // namespace tidemark::jobs
