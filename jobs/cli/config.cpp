// `tidemark config`: what is set, and where.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "contracts/json_text.hpp"
#include "jobs/cli/command.hpp"

namespace tidemark::jobs {
namespace {

std::string origin_of(const CommandContext& context, std::string_view name) {
  const auto origin = context.origins.find(name);
  return origin == context.origins.end() ? "default" : origin->second;
}

std::array<std::pair<const char*, double>, 3> levels_of(const AlertThresholds& thresholds) {
  return {{{"warning", thresholds.warning}, {"critical", thresholds.critical}, {"emergency", thresholds.emergency}}};
}

void show_as_json(const CommandContext& context) {
  nlohmann::ordered_json shown;
  for (const auto& key : setting_keys()) {
    const std::string value = key.toml(context.settings);
    // TOML's strings, numbers and booleans are JSON's; an instant becomes a string.
    auto parsed = nlohmann::json::parse(value, nullptr, false);
    if (parsed.is_discarded()) parsed = value.empty() ? nlohmann::json(nullptr) : nlohmann::json(value);
    shown[std::string{key.name}] = {{"value", parsed}, {"origin", origin_of(context, key.name)}};
  }
  for (const auto& metric : all_metrics())
    if (const auto thresholds = thresholds_of(metric, context.settings.alerts))
      for (const auto& [level, value] : levels_of(*thresholds))
        shown["alerts"][std::string{metric.key}][level] = {
            {"value", value}, {"origin", origin_of(context, fmt::format("alerts.{}.{}", metric.key, level))}};
  fmt::print("{}\n", shown.dump(2));
}

// As a tidemark.toml that says the same again.
void show_as_toml(const CommandContext& context) {
  for (const auto& key : setting_keys()) {
    const std::string value = key.toml(context.settings);
    const std::string line =
        fmt::format("{}{} = {}", value.empty() ? "# " : "", key.name, value.empty() ? "(not set)" : value);
    fmt::print("{:<50} # {}\n", line, origin_of(context, key.name));
  }
  for (const auto& metric : all_metrics()) {
    const auto thresholds = thresholds_of(metric, context.settings.alerts);
    if (!thresholds) continue;
    fmt::print("\n[alerts.{}]\n", metric.key);
    for (const auto& [level, value] : levels_of(*thresholds))
      fmt::print("{:<50} # {}\n", fmt::format("{} = {}", level, number_text(value)),
                 origin_of(context, fmt::format("alerts.{}.{}", metric.key, level)));
  }
}

}  // namespace

void add_config(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("config", "Check or show the configuration in force");
  command->require_subcommand(1);
  command->footer("Example: tidemark config show");

  // Wrong values and unknown keys never get as far as here: they stop every command.
  CLI::App* check = command->add_subcommand("check", "Say whether every key and value of the configuration is right");
  check->footer("Example: tidemark config check --config /etc/tidemark.toml");
  check->callback([&context] {
    context.action = [&context] {
      const auto count = context.origins.size();
      if (context.settings.json)
        fmt::print("{}\n", nlohmann::json{{"ok", true}, {"settings", count}}.dump());
      else
        fmt::print("The configuration is right: {} settings given, the rest at their defaults.\n", count);
      return ExitCode::done;
    };
  });

  CLI::App* show = command->add_subcommand("show", "Print every setting and where its value comes from");
  show->footer("A password in the database URL is shown as ***.\nExample: TIDEMARK_WORKERS=4 tidemark config show");
  show->callback([&context] {
    context.action = [&context] {
      context.settings.json ? show_as_json(context) : show_as_toml(context);
      return ExitCode::done;
    };
  });
}

}  // namespace tidemark::jobs
