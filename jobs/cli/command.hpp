// What every command of `tidemark` shares: the settings in force, the way to the database, and how it is added to the
// command line. One command, one file: jobs/cli/<command>.cpp defines add_<command>().
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string_view>

#include "jobs/project_floors.hpp"
#include "jobs/settings.hpp"
#include "readmodel/session.hpp"

namespace tidemark::jobs {

// Exit codes. Spec: running it, "Command line".
enum class ExitCode { done = 0, failed = 1, usage = 2, unreachable = 3, contract = 4 };

class CommandContext {
 public:
  // In force once the command line has been parsed: flag > TIDEMARK_* variable > tidemark.toml > default.
  Settings settings;

  // Where the ones that are not at their default came from, for `tidemark config show`.
  SettingOrigins origins;

  // --as-of of the command that has it (see add_as_of).
  std::optional<Instant> as_of;

  // What to do, set by the callback of the subcommand that was named; run by main after parsing.
  std::function<ExitCode()> action;

  // Settings for a session on the database in use. Starts the embedded PostgreSQL where no database is named.
  // `purpose` becomes part of the application name ("tidemark refresh").
  // Errors: tidemark::Error of kind unreachable or failed.
  readmodel::ConnectionSettings connection(std::string_view purpose);

  // How long rows and sources are kept.
  RetentionRules retention() const;

  // The instant a run or a screen stands for: --as-of, else settings.clock, else the wall clock (read once per
  // process).
  Instant now();
};

// Gives `command` the option --as-of, which now() then answers with.
void add_as_of(CLI::App& command, CommandContext& context);

void add_migrate(CLI::App& app, CommandContext& context);
void add_url(CLI::App& app, CommandContext& context);
void add_psql(CLI::App& app, CommandContext& context);
void add_config(CLI::App& app, CommandContext& context);
void add_alerts(CLI::App& app, CommandContext& context);
void add_import(CLI::App& app, CommandContext& context);
void add_run(CLI::App& app, CommandContext& context);
void add_run_compact(CLI::App& run, CommandContext& context);  // `tidemark run compact`
void add_compact(CLI::App& app, CommandContext& context);      // `tidemark compact`, the same
void add_retention(CLI::App& app, CommandContext& context);
void add_status(CLI::App& app, CommandContext& context);
void add_show(CLI::App& app, CommandContext& context);
void add_explain(CLI::App& app, CommandContext& context);
void add_catalogue(CLI::App& app, CommandContext& context);
void add_doctor(CLI::App& app, CommandContext& context);
void add_conformance(CLI::App& app, CommandContext& context);
void add_demo(CLI::App& app, CommandContext& context);
void add_version(CLI::App& app, CommandContext& context);

}  // namespace tidemark::jobs
