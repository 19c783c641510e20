#include <fmt/format.h>

#include <algorithm>

#include "jobs/render/answer_screens.hpp"
#include "jobs/render/chart.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

// How the values of a breakdown read.
struct Reading {
  std::string unit;
  Direction better;  // where only the numerator is split, more of one value is neither good nor bad
  bool value_is_count;
};

Reading reading_of(const Metric& metric, std::string_view dimension) {
  const auto* declared = metric.breakdown_dimension(dimension);
  if (declared == nullptr || declared->split != Split::numerator)
    return {std::string{metric.unit}, metric.direction, metric.count_field.empty()};
  return {dimension == "stage" ? "pct" : "count", Direction::neutral, true};
}

std::string note_of(const AnswerTitle& title, const Json& answer, const std::string& unit) {
  const auto range = text(answer, "time_range");
  const bool merged = title.metric->kind == MetricKind::event;
  auto note = fmt::format("by {}, {}", text(answer, "dimension"),
                          merged ? "last " + range : fmt::format("now, change against {} before", range));
  const auto total = number(answer, "total");
  if (total && unit != "pct") note += ", overall " + value_text(*total, unit);
  return note;
}

}  // namespace

TrendMark trend_mark(const Json& trend, Direction better) {
  const auto direction = text(trend, "direction");
  if (direction.empty()) return {};
  const char* arrow = direction == "up" ? "▲" : direction == "down" ? "▼" : "▶";
  const auto change = number(trend, "change_pct");
  TrendMark mark{change ? fmt::format("{} {:+.1f} %", arrow, *change) : std::string{arrow}, Style::faint};
  if (direction == "stable" || better == Direction::neutral) return mark;
  mark.style = (direction == "up") == (better == Direction::higher_is_better) ? Style::good : Style::bad;
  return mark;
}

std::string breakdown_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal) {
  constexpr int kBarWidth = 24;
  const auto dimension = text(answer, "dimension");
  const auto reading = reading_of(*title.metric, dimension);
  const auto head = title_lines(title, note_of(title, answer, reading.unit), terminal);

  const auto& items = member(answer, "breakdown");
  double largest = 0;
  for (const auto& item : items) largest = std::max(largest, number(item, "percentage").value_or(0));
  Table table{{{dimension},
               {"value", Align::right},
               {"share", Align::right},
               {"n", Align::right},
               {"change", Align::right},
               {"", Align::left}}};
  for (const auto& item : items) {
    const double share = number(item, "percentage").value_or(0);
    const auto mark = trend_mark(member(item, "trend"), reading.better);
    const std::string about = item.contains("approximate") ? "~" : "";
    table.add(
        {text(item, "dimension_value"),
         {about + shown(item, "value", [&](double value) { return value_text(value, reading.unit); }), Style::strong},
         percent_text(share),
         reading.value_is_count ? "" : shown(item, "count", decimal_text),
         {mark.text, mark.style},
         {bar(largest > 0 ? share / largest : 0, kBarWidth), Style::accent}});
  }
  return head + (table.empty() ? "Nothing in this range.\n" : table.text(terminal));
}

}  // namespace tidemark::render
