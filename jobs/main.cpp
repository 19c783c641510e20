// tidemark: reads the command line, puts the settings together, runs the command, and turns what it says into an exit
// code and, where it failed, one line.
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "jobs/cli/command.hpp"

namespace tidemark::jobs {
namespace {

// What the flags of every command say, until the settings are put together.
struct GlobalFlags {
  SettingTexts texts;
  std::optional<std::string> config;
};

int complain(std::string message, ExitCode code) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  fmt::print(stderr, "tidemark: {}\n", message);
  return static_cast<int>(code);
}

// A file that is opened later must not become somebody's standard output, nor a closed pipe end the process.
void guard_standard_streams() {
  for (int file = ::open("/dev/null", O_RDWR); file >= 0; file = ::open("/dev/null", O_RDWR))
    if (file > STDERR_FILENO) {
      ::close(file);
      break;
    }
  ::signal(SIGPIPE, SIG_IGN);
}

void add_global_flags(CLI::App& app, GlobalFlags& flags) {
  for (const auto& key : setting_keys()) {
    const auto note = [&flags, name = std::string{key.name}](const std::string& text) { flags.texts[name] = text; };
    const std::string help = fmt::format("{} [{}]", key.help, key.variable());
    if (key.value_name.empty())
      app.add_flag_callback(
          key.flag(), [note] { note("true"); }, help);
    else
      app.add_option_function<std::string>(key.flag(), note, help)->type_name(std::string{key.value_name});
  }
  app.add_option("--config", flags.config,
                 "configuration file (default: tidemark.toml here, then in the home) [TIDEMARK_CONFIG]")
      ->type_name("FILE");
}

void add_commands(CLI::App& app, CommandContext& context) {
  add_demo(app, context);
  add_migrate(app, context);
  add_alerts(app, context);
  add_import(app, context);
  add_run(app, context);
  add_compact(app, context);
  add_retention(app, context);
  add_status(app, context);
  add_show(app, context);
  add_explain(app, context);
  add_catalogue(app, context);
  add_doctor(app, context);
  add_conformance(app, context);
  add_config(app, context);
  add_psql(app, context);
  add_url(app, context);
  add_version(app, context);
}

void set_up_log(const Settings& settings) {
  const char* no_color = std::getenv("NO_COLOR");
  const auto color =
      no_color != nullptr && *no_color != '\0' ? spdlog::color_mode::never : spdlog::color_mode::automatic;
  spdlog::set_default_logger(spdlog::stderr_color_mt("tidemark", color));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(settings.log_level));
}

// The innermost command that was named, whose --help has the answer.
std::string command_path(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  return path;
}

std::string missing_command(const CLI::App& app) {
  const auto unknown = app.remaining();
  if (unknown.empty()) return "a command is missing";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  const std::string near = nearest_name(unknown.front(), {names.begin(), names.end()});
  return fmt::format("there is no command `{}`{}", unknown.front(),
                     near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near));
}

int parse_problem(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);  // --help
  const std::string problem =
      app.get_subcommands().empty() && error.get_name() == "RequiredError" ? missing_command(app) : error.what();
  return complain(fmt::format("{}; `{} --help` says what it takes", problem, command_path(app)), ExitCode::usage);
}

// What was printed must have arrived; a reader that had enough (`tidemark show .. | head`) is no failure.
int finish_output(int code) {
  if (std::fflush(stdout) == 0 || errno == EPIPE || code != 0) return code;
  return complain(fmt::format("cannot write the result: {}", std::strerror(errno)), ExitCode::failed);
}

int run_action(CommandContext& context) {
  try {
    return static_cast<int>(context.action());
  } catch (const Error& error) {
    return complain(error.what(), static_cast<ExitCode>(error.kind()));
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::broken_pipe) return static_cast<int>(ExitCode::done);  // fmt's word for it
    return complain(fmt::format("unexpected failure: {}", error.what()), ExitCode::failed);
  } catch (const std::exception& error) {
    return complain(fmt::format("unexpected failure: {}", error.what()), ExitCode::failed);
  }
}

int run(int argc, char** argv) {
  guard_standard_streams();
  // A server that takes the connection and never answers must not hold a command for ever. Seconds, as libpq reads it.
  ::setenv("PGCONNECT_TIMEOUT", "10", 0);
  GlobalFlags flags;
  CommandContext context;
  CLI::App app{"Tidemark turns the operational tables of PostgreSQL into dashboard-ready metric tables.", "tidemark"};
  app.fallthrough()->require_subcommand(1);
  app.footer("Every option above may stand before or after the command.\nExample: tidemark status --json");
  add_global_flags(app, flags);
  add_commands(app, context);
  try {
    app.parse(argc, argv);
    LoadedSettings loaded = load_settings(flags.texts, flags.config);
    for (const auto& problem : loaded.problems) complain(problem, ExitCode::usage);
    if (!loaded.problems.empty()) return static_cast<int>(ExitCode::usage);
    context.settings = std::move(loaded.settings);
    context.origins = std::move(loaded.origins);
  } catch (const CLI::ParseError& error) {
    return finish_output(parse_problem(app, error));
  } catch (const Error& error) {
    return complain(error.what(), static_cast<ExitCode>(error.kind()));
  } catch (const std::exception& error) {
    return complain(fmt::format("unexpected failure: {}", error.what()), ExitCode::failed);
  }
  set_up_log(context.settings);
  return finish_output(run_action(context));
}

}  // namespace
}  // namespace tidemark::jobs

int main(int argc, char** argv) { return tidemark::jobs::run(argc, argv); }
