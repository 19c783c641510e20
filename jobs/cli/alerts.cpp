// `tidemark alerts acknowledge`: says that somebody looks after an open alert. Spec: contract, "Further endpoints
// of 1.x".
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "readmodel/alert_store.hpp"
#include "readmodel/queries/projects.hpp"

namespace tidemark::jobs {
namespace {

struct AcknowledgeFlags {
  std::string project;
  std::string id;
};

readmodel::ProjectHeader project_of(readmodel::Session& session, const std::string& id_or_name) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::find_project(tx, id_or_name);
}

ExitCode acknowledge(CommandContext& context, const AcknowledgeFlags& flags) {
  using readmodel::Acknowledgement;
  const auto id = parse_uuid(flags.id);
  if (!id)
    throw Error(ErrorKind::usage, fmt::format("'{}' is not an alert's id; `tidemark show alerts --project PROJECT "
                                              "--json` has them",
                                              flags.id));
  readmodel::Session session(context.connection("alerts"));
  const auto project = project_of(session, flags.project);
  const auto outcome = readmodel::acknowledge_alert(session, project.id, *id, context.now());
  if (outcome == Acknowledgement::no_such_alert)
    throw Error(ErrorKind::usage, fmt::format("{} has no alert {}; `tidemark show alerts --project PROJECT --json` has "
                                              "their ids",
                                              project.name, to_string(*id)));
  if (outcome == Acknowledgement::resolved)
    throw Error(ErrorKind::usage,
                fmt::format("alert {} is resolved; only an open one can be acknowledged", to_string(*id)));
  if (context.settings.json)
    fmt::print("{}\n", nlohmann::json{{"id", to_string(*id)}, {"acknowledged", true}}.dump());
  else
    fmt::print("alert {} {}\n", to_string(*id),
               outcome == Acknowledgement::done ? "acknowledged" : "was acknowledged before");
  return ExitCode::done;
}

}  // namespace

void add_alerts(CLI::App& app, CommandContext& context) {
  CLI::App* alerts = app.add_subcommand("alerts", "Acknowledge an open alert (`show alerts` lists them)");
  alerts->fallthrough()->require_subcommand(1);
  alerts->footer("Example: tidemark alerts acknowledge 8b622c60-242d-5125-9239-6e04fbfc86a7 --project Network");
  CLI::App* command =
      alerts->add_subcommand("acknowledge", "Say that somebody looks after it; an escalation undoes it");
  const auto flags = std::make_shared<AcknowledgeFlags>();
  command->fallthrough();
  command->add_option("id", flags->id, "the alert's id, as `show alerts --json` prints it")
      ->type_name("ID")
      ->required();
  command->add_option("--project", flags->project, "its id or its exact name")->type_name("PROJECT")->required();
  command->footer("Example: tidemark alerts acknowledge 8b622c60-242d-5125-9239-6e04fbfc86a7 --project Network");
  command->callback([&context, flags] { context.action = [&context, flags] { return acknowledge(context, *flags); }; });
}

}  // namespace tidemark::jobs
