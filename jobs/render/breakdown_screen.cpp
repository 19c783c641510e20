#include <fmt/format.h>

#include <algorithm>

#include "jobs/render/answer_screens.hpp"
#include "jobs/render/chart.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

// What the values of a breakdown are in: where only the numerator is split, counts.
std::string unit_of(const Metric& metric, std::string_view dimension) {
  const auto* declared = metric.breakdown_dimension(dimension);
  const bool counts = declared != nullptr && declared->split == Split::numerator && dimension != "stage";
  return counts ? "count" : std::string{metric.unit};
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
  const auto unit = unit_of(*title.metric, dimension);
  const auto total = number(answer, "total");
  const auto note = fmt::format("by {}, last {}{}", dimension, text(answer, "time_range"),
                                total ? ", in all " + value_text(*total, unit) : "");
  const auto head = title_lines(title, note, terminal);

  const auto& items = member(answer, "breakdown");
  double largest = 0;
  for (const auto& item : items) largest = std::max(largest, number(item, "percentage").value_or(0));
  Table table{{{dimension}, {"value", Align::right}, {"share", Align::right}, {"n", Align::right}, {"change", Align::right}, {"", Align::left}}};
  for (const auto& item : items) {
    const double share = number(item, "percentage").value_or(0);
    const auto mark = trend_mark(member(item, "trend"), title.metric->direction);
    table.add({text(item, "dimension_value"),
               {shown(item, "value", [&](double value) { return value_text(value, unit); }), Style::strong},
               percent_text(share),
               shown(item, "count", decimal_text),
               {mark.text, mark.style},
               {bar(largest > 0 ? share / largest : 0, kBarWidth), Style::accent}});
  }
  return head + (table.empty() ? "Nothing in this range.\n" : table.text(terminal));
}

}  // namespace tidemark::render
