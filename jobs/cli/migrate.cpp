// `tidemark migrate`: brings Tidemark's tables (and, on request, the source tables) to this binary's version, or back.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "contracts/error.hpp"
#include "jobs/cli/command.hpp"
#include "migrations/migrator.hpp"
#include "migrations/source_check.hpp"

namespace tidemark::jobs {
namespace {

using migrations::ChangeCapture;
using migrations::Direction;
using migrations::Goal;
using migrations::MigrationOptions;
using migrations::MigrationSet;
using migrations::SourceTables;
using migrations::Standing;
using migrations::Step;
using nlohmann::ordered_json;

constexpr std::string_view kExamples = R"(Examples:
  tidemark migrate                           Tidemark's own tables, beside source tables that are there
  tidemark migrate --with-sources            the source tables too, in a database of one's own
  tidemark migrate --install-capture         triggers on the source tables, so that every change is found as it commits
  tidemark migrate --set capture --to 0      takes them away again
  tidemark migrate --status                  what is applied and what is pending
  tidemark migrate --dry-run                 the SQL that would run
  tidemark migrate --set sources --to 0      drops the source tables again (asks first))";

struct MigrateFlags {
  bool with_sources = false;
  bool install_capture = false;
  bool dry_run = false;
  bool status = false;
  bool yes = false;
  std::optional<int> to;
  std::string set;
};

Goal goal_of(const MigrateFlags& flags) {
  Goal goal;
  if (flags.with_sources) goal.sources = SourceTables::make;
  if (flags.install_capture) goal.capture = ChangeCapture::install;
  if (!flags.to && flags.set.empty()) return goal;
  const auto set = migrations::parse_set(flags.set).value_or(MigrationSet::readmodel);
  goal.level = {set, flags.to.value_or(migrations::embedded_catalogue().newest(set))};
  return goal;
}

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::applied: return "applied";
    case Standing::pending: return "pending";
    case Standing::edited: return "edited";
    case Standing::unknown: return "unknown";
  }
  return "";
}

std::string_view to_string(Direction direction) { return direction == Direction::up ? "up" : "down"; }
std::string_view to_string(Need need) { return need == Need::required ? "required" : "optional"; }

std::string milliseconds(Micros duration) {
  return fmt::format("{:.1f} ms", static_cast<double>(duration.count()) / 1e3);
}

ordered_json step_json(const Step& step) {
  return {{"set", migrations::to_string(step.migration->set)},
          {"version", step.migration->version},
          {"name", step.migration->name},
          {"direction", to_string(step.direction)},
          {"file", step.file()}};
}

// --status ------------------------------------------------------------------------------------------------------------

ExitCode show_status(const MigrationOptions& options, const Settings& settings) {
  const auto entries = migrations::status(options);
  const bool sound = std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.standing == Standing::applied || entry.standing == Standing::pending;
  });
  ordered_json list = ordered_json::array();
  if (!settings.json)
    fmt::print("{:<10} {:<24} {:<8} {:<20} {:<12} {}\n", "set", "migration", "state", "applied at", "by", "took");
  for (const auto& entry : entries) {
    const auto state = to_string(entry.standing);
    const auto seconds =
        entry.applied ? std::chrono::floor<std::chrono::seconds>(entry.applied->applied_at) : Instant{};
    if (settings.json) {
      auto& item = list.emplace_back(ordered_json{{"set", migrations::to_string(entry.set)},
                                                  {"version", entry.version},
                                                  {"name", entry.name},
                                                  {"state", state}});
      if (entry.applied)
        item.update({{"applied_at", format_instant(entry.applied->applied_at)},
                     {"applied_by", entry.applied->applied_by},
                     {"duration_us", entry.applied->duration.count()},
                     {"target_schema", entry.applied->target_schema},
                     {"checksum", entry.applied->checksum}});
    } else {
      fmt::print("{:<10} {:<24} {:<8} {:<20} {:<12} {}\n", migrations::to_string(entry.set),
                 migrations::title(entry.version, entry.name), state, entry.applied ? format_instant(seconds) : "",
                 entry.applied ? entry.applied->applied_by : "",
                 entry.applied ? milliseconds(entry.applied->duration) : "");
    }
  }
  if (settings.json) fmt::print("{}\n", list.dump(2));
  return sound ? ExitCode::done : ExitCode::failed;
}

// --dry-run -----------------------------------------------------------------------------------------------------------

ExitCode show_plan(const std::vector<Step>& steps, const Settings& settings) {
  ordered_json list = ordered_json::array();
  if (!settings.json && steps.empty()) fmt::print("-- nothing to run\n");
  for (const auto& step : steps) {
    if (settings.json) {
      list.push_back(step_json(step));
      list.back()["sql"] = step.sql();
    } else {
      fmt::print("-- {}, in a transaction of its own:\n\n{}\n", step.file(), step.sql());
    }
  }
  if (settings.json) fmt::print("{}\n", list.dump(2));
  return ExitCode::done;
}

// Going there ---------------------------------------------------------------------------------------------------------

// Nobody loses rows by a slip of the hand.
bool confirmed(const std::vector<Step>& steps, const MigrateFlags& flags) {
  std::string files;
  for (const auto& step : steps)
    if (step.drops_data()) files += (files.empty() ? "" : ", ") + step.file();
  if (files.empty() || flags.yes) return true;
  if (isatty(STDIN_FILENO) == 0)
    throw Error(ErrorKind::usage,
                fmt::format("this drops tables with all their rows ({}); say --yes where nobody can be asked", files));
  fmt::print(stderr, "This drops tables with all their rows ({}). Go on? [y/N] ", files);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

// What somebody else's source tables lack; nothing where they are Tidemark's own or all there.
void print_findings(const std::vector<SourceFinding>& findings, const std::string& schema) {
  const bool none_there = findings.size() == migrations::source_table_names().size() &&
                          std::all_of(findings.begin(), findings.end(), [](const auto& f) { return f.column.empty(); });
  if (none_there) {
    fmt::print(
        "There are no source tables in schema '{}' yet: `tidemark migrate --with-sources` makes them, "
        "--source-schema names another schema.\n",
        schema);
    return;
  }
  for (const auto& finding : findings)
    fmt::print("{} in source schema '{}': {}\n", finding.need == Need::required ? "error" : "warning", schema,
               finding.text());
  if (findings.empty()) fmt::print("The source tables in schema '{}' have all that Tidemark reads.\n", schema);
}

ordered_json findings_json(const std::vector<SourceFinding>& findings) {
  ordered_json list = ordered_json::array();
  for (const auto& finding : findings)
    list.push_back({{"need", to_string(finding.need)},
                    {"table", finding.table},
                    {"column", finding.column},
                    {"found", finding.found},
                    {"expected", finding.expected},
                    {"off", finding.effect}});
  return list;
}

std::map<MigrationSet, int> levels(const MigrationOptions& options) {
  std::map<MigrationSet, int> out;
  for (const auto set : migrations::kSets) out[set] = 0;
  for (const auto& entry : migrations::status(options))
    if (entry.applied) out[entry.set] = entry.version;
  return out;
}

ExitCode migrate(const MigrationOptions& options, const Goal& goal, const Settings& settings) {
  const auto done = migrations::apply(options, goal);
  const auto reached = levels(options);
  const bool foreign_sources = reached.at(MigrationSet::sources) == 0 && !goal.level;
  const auto findings =
      foreign_sources ? migrations::check_sources(options.url, options.source_schema) : std::vector<SourceFinding>{};

  if (settings.json) {
    ordered_json out{{"steps", ordered_json::array()}, {"levels", ordered_json::object()}};
    for (const auto& applied : done) {
      out["steps"].push_back(step_json(applied.step));
      out["steps"].back()["duration_us"] = applied.duration.count();
    }
    for (const auto& [set, version] : reached) out["levels"][std::string{migrations::to_string(set)}] = version;
    out["source_findings"] = findings_json(findings);
    fmt::print("{}\n", out.dump(2));
    return ExitCode::done;
  }
  for (const auto& [step, duration] : done)
    fmt::print("{:<10} {:<24} {:<8} {:>9}\n", migrations::to_string(step.migration->set),
               migrations::title(step.migration->version, step.migration->name),
               step.direction == Direction::up ? "applied" : "undone", milliseconds(duration));
  fmt::print("{}: readmodel at version {}, sources {}, capture {}.\n", done.empty() ? "Nothing to do" : "Done",
             reached.at(MigrationSet::readmodel),
             reached.at(MigrationSet::sources) == 0 ? "not Tidemark's"
                                                    : fmt::format("at version {}", reached.at(MigrationSet::sources)),
             reached.at(MigrationSet::capture) == 0 ? "not installed"
                                                    : fmt::format("at version {}", reached.at(MigrationSet::capture)));
  if (foreign_sources) print_findings(findings, options.source_schema);
  return ExitCode::done;
}

ExitCode run_migrate(CommandContext& context, const MigrateFlags& flags) {
  const auto connection = context.connection("migrate");
  const MigrationOptions options{connection.url, connection.schema, connection.source_schema};
  const auto goal = goal_of(flags);
  if (flags.status) return show_status(options, context.settings);
  const auto steps = migrations::plan(options, goal);
  if (flags.dry_run) return show_plan(steps, context.settings);
  if (!confirmed(steps, flags)) {
    fmt::print(stderr, "Nothing was changed.\n");
    return ExitCode::failed;
  }
  return migrate(options, goal, context.settings);
}

}  // namespace

void add_migrate(CLI::App& app, CommandContext& context) {
  auto* command =
      app.add_subcommand("migrate", "Make or update the tables; --with-sources makes the source tables too");
  const auto flags = std::make_shared<MigrateFlags>();
  auto* with_sources = command->add_flag("--with-sources", flags->with_sources,
                                         "Tidemark owns the source tables too; kept up to date from then on");
  auto* install_capture =
      command->add_flag("--install-capture", flags->install_capture,
                        "Triggers on the source tables report each change; needs their owner, waits for their writers");
  auto* dry_run = command->add_flag("--dry-run", flags->dry_run, "Print the SQL that would run, change nothing");
  command->add_flag("--status", flags->status, "List applied and pending migrations")->excludes(dry_run);
  auto* to = command->add_option("--to", flags->to, "Go to this version of the set, either way; 0: nothing");
  auto* set = command->add_option("--set", flags->set, "Which set moves (default with --to: readmodel)")
                  ->check(CLI::IsMember({"readmodel", "sources", "capture"}));
  with_sources->excludes(to);
  with_sources->excludes(set);
  install_capture->excludes(to);
  install_capture->excludes(set);
  command->add_flag("--yes", flags->yes, "Drop data without asking");
  command->footer(std::string{kExamples});
  command->callback([&context, flags] { context.action = [&context, flags] { return run_migrate(context, *flags); }; });
}

}  // namespace tidemark::jobs
