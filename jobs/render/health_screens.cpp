#include "jobs/render/health_screens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "contracts/catalogue.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/summary_parts.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

std::string screen_title(std::string_view what, const std::string& project, const std::string& note,
                         const Terminal& terminal) {
  Line line{terminal};
  line.add(what, Style::strong).add(" · ", Style::faint).add(project).add(" · " + note, Style::faint);
  return line.text() + "\n\n";
}

// A narrow screen leaves its room to the names.
bool is_narrow(const Terminal& terminal) { return terminal.width < Terminal::kDefaultWidth; }

std::string day_and_time(const std::string& instant) {
  return instant.size() < 16 ? instant : instant.substr(0, 10) + " " + instant.substr(11, 5);
}

// The metric's title, with the member where the alert is not about its headline: "Lead time p90".
std::string subject_of(const Json& alert) {
  const auto key = text(alert, "metric_key");
  if (text(alert, "alert_type") == "freshness") return "Age of the " + key + " rows";
  const Metric* metric = find_metric(key);
  std::string subject = metric == nullptr ? key : std::string{metric->title};
  if (text(alert, "alert_type") == "difference") return subject + " rows that differ";
  const auto field = text(member(alert, "context"), "field");
  if (!field.empty() && field != "value") subject += " " + field.substr(0, field.find('_'));
  return subject;
}

// What the value is past, in words: "over 10.0 d", "over 18.2, usual 9.1".
std::string limit_of(const Json& alert) {
  const auto& context = member(alert, "context");
  const auto unit = text(context, "unit");
  const auto in_unit = [&](double value) { return value_text(value, unit); };
  auto limit = (text(context, "side") == "below" ? "under " : "over ") + shown(alert, "threshold", in_unit);
  if (text(alert, "alert_type") == "anomaly") limit += ", usual " + shown(context, "mean", in_unit);
  return limit;
}

std::string standing_of(const Json& alert) {
  if (alert.contains("resolved_at")) return "resolved " + day_and_time(text(alert, "resolved_at"));
  return alert.contains("acknowledged_at") ? "acknowledged" : "";
}

Style style_of_status(std::string_view status) {
  if (status == "green") return Style::good;
  if (status == "yellow") return Style::warning;
  return status == "red" ? Style::bad : Style::faint;
}

// From a toss-up on, a milestone is in danger; from one in five on, worth a look.
Style style_of_breach(std::optional<double> probability) {
  if (!probability) return Style::faint;
  return *probability >= 0.5 ? Style::bad : *probability >= 0.2 ? Style::warning : Style::good;
}

}  // namespace

Style style_of_severity(std::string_view severity) { return severity == "warning" ? Style::warning : Style::bad; }

std::string alerts_screen(const std::string& project, const Json& answer, const Terminal& terminal) {
  Table table{{{"severity"}, {"metric"}, {"value", Align::right}, {"limit"}, {"since", Align::right}, {"state"}}};
  std::size_t open = 0;
  for (const auto& alert : member(answer, "alerts")) {
    const auto severity = text(alert, "severity");
    const auto unit = text(member(alert, "context"), "unit");
    const auto since = day_and_time(text(alert, "created_at"));
    if (!alert.contains("resolved_at")) ++open;
    table.add({{severity, alert.contains("resolved_at") ? Style::faint : style_of_severity(severity)},
               subject_of(alert),
               {shown(alert, "value", [&](double value) { return value_text(value, unit); }), Style::strong},
               limit_of(alert),
               {is_narrow(terminal) ? since.substr(0, 10) : since, Style::faint},
               {standing_of(alert), Style::faint}});
  }
  const auto head = screen_title("Alerts", project, fmt::format("{} open", open), terminal);
  return head + (table.empty() ? "No alert matches.\n" : table.text(terminal));
}

std::string actions_screen(const std::string& project, const Json& answer, const Terminal& terminal) {
  const Json actionability{{"suggested_actions", member(answer, "actions")}};
  return screen_title("Suggested actions", project, "as of " + text(answer, "timestamp"), terminal) +
         text_of(actions_block(actionability, terminal));
}

std::string health_screen(const std::string& project, const Json& answer, const Terminal& terminal) {
  std::vector<const Json*> milestones;
  for (const auto& milestone : member(answer, "milestones")) milestones.push_back(&milestone);
  std::stable_sort(milestones.begin(), milestones.end(), [](const Json* a, const Json* b) {
    return number(*a, "breach_probability") > number(*b, "breach_probability");
  });
  Table table{{{"milestone"},
               {"late", Align::right},
               {"due"},
               {"health", Align::right},
               {"done", Align::right},
               {"open", Align::right},
               {"WIP", Align::right},
               {"blocked", Align::right},
               {"held back by"}}};
  for (const auto* milestone : milestones) {
    const auto& tasks = member(*milestone, "tasks");
    const Metric* metric = find_metric(text(*milestone, "limiting_component"));
    const auto limiting = metric == nullptr ? text(*milestone, "limiting_component") : std::string{metric->title};
    const auto due = text(*milestone, "planned_completion_date");
    table.add({text(*milestone, "milestone"),
               {shown(*milestone, "breach_probability", ratio_text),
                style_of_breach(number(*milestone, "breach_probability"))},
               due.empty() ? "no date" : due,
               {shown(*milestone, "health", decimal_text), style_of_status(text(*milestone, "status"))},
               shown(tasks, "completed", decimal_text),
               shown(tasks, "open", decimal_text),
               shown(tasks, "wip", decimal_text),
               shown(tasks, "blocked", decimal_text),
               {is_narrow(terminal) ? "" : limiting, Style::faint}});
  }
  const auto head = screen_title("Milestones", project, "as of " + text(answer, "timestamp"), terminal);
  return head + (table.empty() ? "No milestone has open tasks, or no day's first snapshot has been taken.\n"
                               : table.text(terminal));
}

}  // namespace tidemark::render
