#include "jobs/import/report_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "jobs/render/number.hpp"

namespace tidemark::jobs {
namespace {

using Named = std::vector<std::pair<std::string_view, std::int64_t>>;

Named written_rows(const readmodel::ImportCounts& written) {
  return {{"projects", written.projects},
          {"gate_rules", written.gate_rules},
          {"tasks", written.tasks},
          {"events", written.events},
          {"leases", written.leases},
          {"gate_candidate_links", written.links},
          {"gate_decisions", written.decisions},
          {"integration_attempts", written.attempts},
          {"deleted", written.deleted}};
}

double rows_per_second(const ImportReport& report) {
  const double seconds = report.read_seconds + report.write_seconds;
  return seconds > 0 ? static_cast<double>(report.rows) / seconds : 0;
}

std::string line(std::string_view what, std::int64_t count, std::string_view note) {
  std::string text = fmt::format("  {:<15}{:>12}", what, render::count_text(count));
  if (!note.empty()) text += fmt::format("  {}", note);
  return text + '\n';
}

std::string rejects_note(const ImportReport& report) {
  if (report.rejects.empty()) return "";
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : report.rejects)
    kinds.push_back(fmt::format("{} {}", render::count_text(count), to_string(kind)));
  return fmt::format("{}; see {}", fmt::join(kinds, ", "), report.rejects_file.string());
}

std::string written_text(const ImportReport& report) {
  std::vector<std::string> parts;
  for (const auto& [table, count] : written_rows(report.written))
    if (count > 0) parts.push_back(fmt::format("{} {}", render::count_text(count), table));
  return parts.empty() ? "nothing, all of it is there already" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string report_text(const ImportReport& report) {
  std::string text = fmt::format("{}: {} about {} in {}\n", report.log, render::counted(report.rows, "row"),
                                 render::counted(report.tasks, "task"), render::counted(report.projects, "project"));
  text += line("transitions", report.transitions, "the task came into another state, or another reason");
  text += line("repeats", report.repeats, "the state stayed, something else of the task changed");
  text += line("already there", report.already_there, "");
  text += line("rejected", report.rejected(), rejects_note(report));
  text += line("rows", report.transitions + report.repeats + report.already_there + report.rejected(), "in all");
  text +=
      report.dry_run ? "Written: nothing, this was a dry run\n" : fmt::format("Written: {}\n", written_text(report));
  text += fmt::format("Read in {:.1f} s, written in {:.1f} s: {} rows/s\n", report.read_seconds, report.write_seconds,
                      render::count_text(static_cast<std::int64_t>(rows_per_second(report))));
  return text;
}

nlohmann::ordered_json report_json(const ImportReport& report) {
  nlohmann::ordered_json json{{"log", report.log},
                              {"rows", report.rows},
                              {"transitions", report.transitions},
                              {"repeats", report.repeats},
                              {"already_there", report.already_there},
                              {"rejected", report.rejected()},
                              {"rejects", nlohmann::ordered_json::object()},
                              {"rejects_file", nullptr},
                              {"tasks", report.tasks},
                              {"projects", report.projects},
                              {"dry_run", report.dry_run},
                              {"written", nlohmann::ordered_json::object()},
                              {"read_seconds", report.read_seconds},
                              {"write_seconds", report.write_seconds},
                              {"rows_per_second", rows_per_second(report)}};
  for (const auto& [kind, count] : report.rejects) json["rejects"][std::string{to_string(kind)}] = count;
  if (!report.rejects_file.empty()) json["rejects_file"] = report.rejects_file.string();
  for (const auto& [table, count] : written_rows(report.written)) json["written"][std::string{table}] = count;
  return json;
}

}  // namespace tidemark::jobs
