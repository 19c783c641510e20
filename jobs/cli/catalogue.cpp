// `tidemark catalogue list|show|schema`: what the metrics are, and the shapes of what is stored and answered.
// Spec: contract v1.0; running it, "Command line".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "contracts/error.hpp"
#include "contracts/schema.hpp"
#include "jobs/cli/command.hpp"
#include "jobs/render/catalogue_screen.hpp"
#include "jobs/views/catalogue_view.hpp"
#include "jobs/views/parameters.hpp"

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

  CLI::App* schema = command->add_subcommand("schema", "Print a JSON Schema, or the OpenAPI document")->fallthrough();
  const auto name = std::make_shared<std::string>();
  schema->add_option("NAME", *name, "a schema's name, or openapi; without one: the names")->type_name("NAME");
  schema->footer(
      "References in a schema are relative to its file; openapi holds every schema inside.\n"
      "Example: tidemark catalogue schema responses/trends");
  schema->callback([&context, name] { context.action = [&context, name] { return print_schema(context, *name); }; });
}

}  // namespace tidemark::jobs
