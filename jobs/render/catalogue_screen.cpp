#include "jobs/render/catalogue_screen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "jobs/render/fields.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

constexpr int kLabelWidth = 12;

std::string kind_text(const Metric& metric) {
  switch (metric.kind) {
    case MetricKind::event: return "event: what happened in the bucket";
    case MetricKind::level: return "level: what holds at the bucket's end";
    case MetricKind::rolling: return "rolling: a day looks back seven days; a week and a month are their own window";
  }
  return "";
}

std::string direction_text(Direction direction) {
  switch (direction) {
    case Direction::higher_is_better: return "higher is better";
    case Direction::lower_is_better: return "lower is better";
    case Direction::neutral: return "neither high nor low is good by itself";
  }
  return "";
}

std::string split_text(Split split) {
  switch (split) {
    case Split::additive: return "the values sum to the total";
    case Split::partition: return "percentages are shares of the facts";
    case Split::overlapping: return "a fact may count under several values";
    case Split::numerator: return "counts of the numerator";
  }
  return "";
}

std::vector<std::string_view> grain_names(const Metric& metric) {
  std::vector<std::string_view> names;
  for (const auto grain : metric.grains) names.push_back(to_string(grain));
  return names;
}

std::string trend_text(const Metric& metric) {
  const auto names = fmt::format("{}", fmt::join(metric.trend_dimensions, ", "));
  if (names.empty()) return "undivided only";
  return metric.undivided ? "undivided, and by " + names : "by " + names + " only";
}

// "phase, milestone (the values sum to the total)", a line for each kind of split.
std::vector<std::string> breakdown_texts(const Metric& metric) {
  std::vector<std::string> lines;
  for (const Split split : {Split::additive, Split::partition, Split::overlapping, Split::numerator}) {
    std::vector<std::string_view> names;
    for (const auto& dimension : metric.breakdown_dimensions)
      if (dimension.split == split) names.push_back(dimension.name);
    if (!names.empty()) lines.push_back(fmt::format("{}: {}", fmt::join(names, ", "), split_text(split)));
  }
  return lines.empty() ? std::vector<std::string>{"none"} : lines;
}

std::string_view direction_mark(Direction direction) {
  switch (direction) {
    case Direction::higher_is_better: return "▲";
    case Direction::lower_is_better: return "▼";
    case Direction::neutral: return "–";
  }
  return "";
}

// "task, block_reason*": the attributes of a task are one word.
std::string dimensions_text(const Metric& metric) {
  constexpr std::array<std::string_view, 6> kTask{"phase",      "milestone", "assignee",
                                                  "task_class", "priority",  "capability_tag"};
  std::vector<std::string> names;
  for (const auto& dimension : metric.breakdown_dimensions) {
    const bool of_task = std::find(kTask.begin(), kTask.end(), dimension.name) != kTask.end();
    const std::string name =
        of_task ? "task" : std::string{dimension.name} + (metric.splits_trend_by(dimension.name) ? "" : "*");
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// Ratios are shown as such; a long time in minutes is shown in days.
std::string threshold_text(double value, std::string_view unit) {
  constexpr double kMinutesOfDay = 24 * 60;
  if (unit == "minutes" && value >= kMinutesOfDay) return decimal_text(value / kMinutesOfDay) + " d";
  if (unit == "minutes") return minutes_text(value);
  return unit == "ratio" ? ratio_text(value) : decimal_text(value);
}

std::string alert_text(const Metric& metric) {
  if (!metric.thresholds) return "none by value";
  const auto& at = *metric.thresholds;
  const auto level = [&](double value) { return threshold_text(value, metric.unit); };
  return fmt::format("{}{} {} warning, {} critical, {} emergency", at.field.empty() ? "" : at.field + " ",
                     to_string(at.side), level(at.warning), level(at.critical), level(at.emergency));
}

class Sheet {
 public:
  explicit Sheet(const Terminal& terminal) : terminal_(terminal) {}

  void add(std::string_view label, std::string_view text) {
    for (const auto& part : wrap(text, std::min(terminal_.width, Terminal::kDefaultWidth) - kLabelWidth)) {
      Line line{terminal_};
      line.add_fitted(label, kLabelWidth, Align::left, Style::faint).add(part);
      block_.push_back(std::move(line));
      label = "";
    }
  }
  void add(std::string_view label, const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
      add(label, text);
      label = "";
    }
  }
  std::string text() const { return text_of(block_); }

 private:
  const Terminal& terminal_;
  Block block_;
};

}  // namespace

std::string catalogue_screen(const Terminal& terminal) {
  constexpr int kWide = 100;
  const int unit_width = terminal.width < kWide ? 9 : terminal.width;  // so that 80 columns hold every key whole
  Table table{{{"metric"}, {"kind"}, {"unit"}, {" "}, {"per"}, {"by"}}};
  for (const auto& metric : all_metrics()) {
    std::string grains;
    for (const auto grain : metric.grains) grains += to_string(grain).front();
    table.add({std::string{metric.key},
               std::string{to_string(metric.kind)},
               shorten(metric.unit, unit_width),
               {std::string{direction_mark(metric.direction)}, Style::faint},
               grains,
               dimensions_text(metric)});
  }
  return table.text(terminal) +
         "\n▲ higher is better, ▼ lower. Per hour, day, week, month. By task: phase,\n"
         "milestone, assignee, task_class, in a breakdown also priority and\n"
         "capability_tag. * in a breakdown only.\n"
         "`tidemark catalogue show METRIC` says all of one metric.\n";
}

std::string metric_screen(const Metric& metric, const Terminal& terminal) {
  Line title{terminal};
  title.add(metric.title, Style::strong).add("  ").add(metric.key, Style::faint);
  Sheet sheet{terminal};
  sheet.add("", metric.description);
  sheet.add("value", fmt::format("{}, {}", metric.unit, direction_text(metric.direction)));
  sheet.add("kind", kind_text(metric));
  sheet.add("grains", fmt::format("{}", fmt::join(grain_names(metric), ", ")));
  sheet.add("trend", trend_text(metric));
  sheet.add("breakdown", breakdown_texts(metric));
  sheet.add("drilldown", metric.drilldown
                             ? fmt::format("{}, in {}", metric.drilldown->entity_type, metric.drilldown->unit)
                             : "none");
  sheet.add("alerts", alert_text(metric));
  sheet.add("freshness", fmt::format("the newest as-of is at most {} min old", metric.freshness_minutes));
  sheet.add("kept", fmt::format("trend {} days, breakdown {} days, drilldown {} days; weeks and months for ever",
                                metric.retention.trend, metric.retention.breakdown, metric.retention.drilldown));
  sheet.add("schema", fmt::format("`tidemark catalogue schema value_json/{}`", metric.key));
  return text_of({title}) + sheet.text();
}

}  // namespace tidemark::render
