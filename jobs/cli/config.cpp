// `tidemark config`: what is set, and where.
#include <fmt/format.h>

#include <algorithm>
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

nlohmann::ordered_json kept_json(const Kept& kept) {
  return {{"days", kept.days ? nlohmann::ordered_json(*kept.days) : nlohmann::ordered_json("forever")},
          {"origin", kept.origin}};
}

nlohmann::ordered_json retention_json(const RetentionInForce& in_force) {
  nlohmann::ordered_json shown;
  for (const auto& [metric, kept] : in_force.metrics)
    for (const KeptRows rows : kKeptRows)
      shown["metrics"][metric][std::string{to_string(rows)}] = kept_json(kept[static_cast<std::size_t>(rows)]);
  shown["summary"] = {{"all", kept_json(in_force.summary_all)}, {"one_a_day", kept_json(in_force.summary)}};
  shown["quarantine"] = kept_json(in_force.quarantine);
  for (const auto& [job, kept] : in_force.job_runs) shown["job_run"][job] = kept_json(kept);
  return shown;
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
  shown["retention"] = retention_json(retention_in_force(context.settings.retention));
  fmt::print("{}\n", shown.dump(2));
}

// One `[[retention]]` entry; `keys` are its lines but for `days`.
void show_entry(const std::string& keys, const char* name, const Kept& kept) {
  fmt::print("\n[[retention]]\n{}{:<50} # {}\n", keys,
             fmt::format("{} = {}", name, kept.days ? std::to_string(*kept.days) : "\"forever\""), kept.origin);
}

// The metrics of one policy go into one entry where all of them share it.
void show_metric_entries(const RetentionInForce& in_force, KeptRows rows) {
  const auto name = to_string(rows);
  const auto space = name.find(' ');
  const std::string table = fmt::format("table = \"{}\"\n", name.substr(0, space));
  const std::string grain =
      space == std::string_view::npos ? "" : fmt::format("grain = \"{}\"\n", name.substr(space + 1));
  const auto kept_of = [&](const KeptByRows& kept) -> const Kept& { return kept[static_cast<std::size_t>(rows)]; };
  const Kept& first = kept_of(in_force.metrics.begin()->second);
  const bool shared = std::all_of(in_force.metrics.begin(), in_force.metrics.end(), [&](const auto& entry) {
    return kept_of(entry.second).days == first.days && kept_of(entry.second).origin == first.origin;
  });
  if (shared) return show_entry(table + grain, "days", first);
  for (const auto& [metric, kept] : in_force.metrics)
    show_entry(fmt::format("{}metric = \"{}\"\n{}", table, metric, grain), "days", kept_of(kept));
}

void show_retention_as_toml(const RetentionInForce& in_force) {
  for (const KeptRows rows : kKeptRows) show_metric_entries(in_force, rows);
  show_entry("table = \"summary\"\n", "all_days", in_force.summary_all);
  show_entry("table = \"summary\"\n", "days", in_force.summary);
  show_entry("table = \"quarantine\"\n", "days", in_force.quarantine);
  for (const auto& [job, kept] : in_force.job_runs)
    show_entry(fmt::format("table = \"job_run\"\njob = \"{}\"\n", job), "days", kept);
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
  show_retention_as_toml(retention_in_force(context.settings.retention));
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
