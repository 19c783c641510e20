#include "jobs/render/conformance_screen.hpp"

#include <fmt/format.h>

#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

using conformance::Check;
using conformance::kChecks;
using conformance::Report;

std::string count_of(std::size_t count) { return count_text(static_cast<std::int64_t>(count)); }

std::string violations_text(const Report& report, const Terminal& terminal) {
  Block lines;
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    const auto& of_check = report.of(static_cast<Check>(i));
    if (of_check.violations == 0) continue;
    lines.push_back(Line{terminal});
    lines.push_back(
        Line{terminal}.add(kChecks[i].name, Style::bad).add(": " + counted(of_check.violations, "violation")));
    for (const auto& violation : of_check.first) {
      lines.push_back(Line{terminal}.add("  " + violation.project + " · " + violation.where, Style::faint));
      lines.push_back(Line{terminal}.add("    " + violation.problem));
    }
    if (const auto more = of_check.violations - of_check.first.size(); more > 0)
      lines.push_back(Line{terminal}.add("  and " + count_of(more) + " more", Style::faint));
  }
  return text_of(lines);
}

}  // namespace

std::string conformance_screen(const Report& report, const Terminal& terminal) {
  Table table{{{"check"}, {"checked", Align::right}, {""}, {"violations", Align::right}, {"what holds"}}};
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    const auto& of_check = report.of(static_cast<Check>(i));
    table.add({std::string{kChecks[i].name},
               count_of(of_check.checked),
               std::string{kChecks[i].unit},
               {count_of(of_check.violations), of_check.violations == 0 ? Style::good : Style::bad},
               {std::string{kChecks[i].says}, Style::faint}});
  }
  const bool holds = report.violations() == 0;
  const std::string verdict =
      holds ? "the contract holds" : counted(report.violations(), "violation") + " of the contract";
  return fmt::format("{}\n{}{}\n", table.text(terminal), counted(report.projects(), "project") + ": ",
                     terminal.paint(holds ? Style::good : Style::bad, verdict)) +
         violations_text(report, terminal);
}

Json conformance_json(const Report& report) {
  Json checks = Json::array();
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    const auto& of_check = report.of(static_cast<Check>(i));
    Json first = Json::array();
    for (const auto& violation : of_check.first)
      first.push_back({{"project", violation.project}, {"where", violation.where}, {"problem", violation.problem}});
    checks.push_back({{"check", std::string{kChecks[i].name}},
                      {"says", std::string{kChecks[i].says}},
                      {"checked", of_check.checked},
                      {"violations", of_check.violations},
                      {"first", std::move(first)}});
  }
  return {{"projects", report.projects()}, {"violations", report.violations()}, {"checks", std::move(checks)}};
}

}  // namespace tidemark::render
