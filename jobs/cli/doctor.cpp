// `tidemark doctor`: what could keep Tidemark from working here, a line each with the remedy. Exit 1 where a run would
// fail. Spec: running it, "Command line".
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "jobs/diagnosis.hpp"
#include "jobs/render/line.hpp"

namespace tidemark::jobs {
namespace {

render::Style style_of(Severity severity) {
  switch (severity) {
    case Severity::ok: return render::Style::good;
    case Severity::warning: return render::Style::warning;
    case Severity::error: return render::Style::bad;
  }
  return render::Style::plain;
}

void print_lines(const std::vector<Finding>& findings) {
  const auto terminal = render::Terminal::of_stdout();
  render::Block lines;
  for (const auto& finding : findings) {
    render::Line line{terminal};
    line.add_fitted(to_string(finding.severity), 9, render::Align::left, style_of(finding.severity));
    line.add_fitted(finding.subject, 12).add(finding.text);
    if (!finding.remedy.empty()) line.add("  → ", render::Style::faint).add(finding.remedy, render::Style::strong);
    lines.push_back(line);
  }
  fmt::print("{}", render::text_of(lines));
}

void print_json(const std::vector<Finding>& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    nlohmann::ordered_json json{
        {"severity", std::string{to_string(finding.severity)}}, {"subject", finding.subject}, {"text", finding.text}};
    if (!finding.remedy.empty()) json["remedy"] = finding.remedy;
    list.push_back(std::move(json));
  }
  fmt::print("{}\n", list.dump(2));
}

ExitCode run_doctor(CommandContext& context) {
  const auto findings = diagnose(context.settings, context.connection("doctor"));
  if (context.settings.json)
    print_json(findings);
  else
    print_lines(findings);
  const bool broken = std::any_of(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.severity == Severity::error; });
  return broken ? ExitCode::failed : ExitCode::done;
}

}  // namespace

void add_doctor(CLI::App& app, CommandContext& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Check server, schema, privileges, sources, clock, time zones and disk");
  command->footer(
      "Exit code 1 where something would make a run fail.\nExample: tidemark doctor --database-url \"$URL\"");
  command->callback([&context] { context.action = [&context] { return run_doctor(context); }; });
}

}  // namespace tidemark::jobs
