// `tidemark catalogue list|show|diff|schema`: what the metrics are, what their definitions would move, and the shapes
// of what is stored and answered. Spec: contract v1.0; running it, "Command line".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "contracts/error.hpp"
#include "contracts/schema.hpp"
#include "jobs/catalogue_diff.hpp"
#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/difference_text.hpp"
#include "jobs/refresh.hpp"
#include "jobs/render/catalogue_screen.hpp"
#include "jobs/views/catalogue_view.hpp"
#include "jobs/views/parameters.hpp"
#include "readmodel/queries/projects.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::string_view kOpenApi = "openapi";

ExitCode list_metrics(const CommandContext& context) {
  if (context.settings.json)
    fmt::print("{}\n", views::catalogue_view().dump(2));
  else
    fmt::print("{}", render::catalogue_screen(render::Terminal::of_stdout()));
  return ExitCode::done;
}

ExitCode show_metric(const CommandContext& context, const std::string& key) {
  const Metric& metric = views::require_metric(key);
  if (context.settings.json)
    fmt::print("{}\n", views::catalogue_entry(metric).dump(2));
  else
    fmt::print("{}", render::metric_screen(metric, render::Terminal::of_stdout()));
  return ExitCode::done;
}

std::vector<std::string_view> schema_names() {
  std::vector<std::string_view> names{kOpenApi};
  for (const auto& schema : all_schemas()) names.push_back(schema.name);
  return names;
}

ExitCode print_schema(const CommandContext& context, const std::string& name) {
  if (name.empty()) {
    const auto names = schema_names();
    if (context.settings.json)
      fmt::print("{}\n", views::Json(names).dump(2));
    else
      fmt::print("{}\n", fmt::join(names, "\n"));
    return ExitCode::done;
  }
  if (name == kOpenApi) {
    fmt::print("{}\n", openapi_document().dump(2));
    return ExitCode::done;
  }
  const auto* schema = find_schema(name);
  if (schema == nullptr) {
    const auto near = nearest_name(name, schema_names());
    throw Error(ErrorKind::usage, fmt::format("there is no schema '{}'{}; `tidemark catalogue schema` lists them", name,
                                              near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  fmt::print("{}", schema->text);
  return ExitCode::done;
}

struct DiffFlags {
  std::optional<std::string> project;
  bool all = false;
};

ExitCode diff_definitions(CommandContext& context, const DiffFlags& flags) {
  CatalogueDiffOptions options{{context.connection("catalogue diff"), context.settings.workers}, {}};
  options.retention = context.retention();
  options.metrics = flags.all ? DiffedMetrics::all : DiffedMetrics::redefined;
  {
    readmodel::Session session(options.pool.connection);
    if (flags.project) {
      readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
      options.projects = {readmodel::find_project(tx, *flags.project)};
    } else {
      options.projects = refreshed_projects(session);
    }
  }
  CatalogueDiff diff;
  {
    ProgressLine line;
    options.progress = [&](std::size_t done) {
      line.show("catalogue diff", done, options.projects.size(), "projects");
    };
    diff = diff_catalogue(options);
  }
  const auto names = names_of(options.projects);
  if (context.settings.json)
    fmt::print("{}\n", catalogue_diff_json(diff, names).dump(2));
  else
    fmt::print("{}", catalogue_diff_text(diff, names));
  for (const auto& failure : diff.failures)
    fmt::print(stderr, "tidemark: project {}: {}\n", failure.project.name, failure.reason);
  return diff.failures.empty() ? ExitCode::done : static_cast<ExitCode>(diff.failures.front().kind);
}

void add_diff(CLI::App& catalogue, CommandContext& context) {
  CLI::App* diff =
      catalogue.add_subcommand("diff", "What the definitions in force would move of what is stored")->fallthrough();
  const auto flags = std::make_shared<DiffFlags>();
  diff->add_option("--project", flags->project, "its id or its exact name (default: all that refresh covers)")
      ->type_name("PROJECT");
  diff->add_flag("--all", flags->all, "every metric, not only those whose definition is another than the stored one");
  diff->footer("Nothing is written.\nExample: tidemark catalogue diff --project Network");
  diff->callback(
      [&context, flags] { context.action = [&context, flags] { return diff_definitions(context, *flags); }; });
}

}  // namespace

void add_catalogue(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("catalogue", "Say what the metrics are, and print the contract's schemas");
  command->fallthrough()->require_subcommand(1);
  command->footer("Example: tidemark catalogue show lead_time");

  CLI::App* list = command->add_subcommand("list", "Every metric, one line each")->fallthrough();
  list->footer("With --json the answer of GET /v1/metrics/catalogue.\nExample: tidemark catalogue list");
  list->callback([&context] { context.action = [&context] { return list_metrics(context); }; });

  CLI::App* show = command->add_subcommand("show", "Everything that is declared of one metric")->fallthrough();
  const auto key = std::make_shared<std::string>();
  show->add_option("KEY", *key, "its key, such as lead_time")->type_name("METRIC")->required();
  show->footer("Example: tidemark catalogue show blocked");
  show->callback([&context, key] { context.action = [&context, key] { return show_metric(context, *key); }; });

  add_diff(*command, context);

  CLI::App* schema = command->add_subcommand("schema", "Print a JSON Schema, or the OpenAPI document")->fallthrough();
  const auto name = std::make_shared<std::string>();
  schema->add_option("NAME", *name, "a schema's name, or openapi; without one: the names")->type_name("NAME");
  schema->footer(
      "References in a schema are relative to its file; openapi holds every schema inside.\n"
      "Example: tidemark catalogue schema responses/trends");
  schema->callback([&context, name] { context.action = [&context, name] { return print_schema(context, *name); }; });
}

}  // namespace tidemark::jobs
