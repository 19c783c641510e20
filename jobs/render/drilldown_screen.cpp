#include <fmt/format.h>

#include <algorithm>

#include "jobs/render/answer_screens.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

// "queue 62 %": the largest of the contributing factors.
std::string main_factor(const Json& item) {
  std::string name;
  double largest = 0;
  for (const auto& factor : member(item, "contributing_factors")) {
    const double impact = number(factor, "impact").value_or(0);
    if (impact <= largest) continue;
    largest = impact;
    name = text(factor, "factor");
  }
  if (name.empty()) return "";
  if (name.ends_with("_time")) name.resize(name.size() - 5);
  std::replace(name.begin(), name.end(), '_', ' ');
  return fmt::format("{} {:.0f} %", name, largest * 100);
}

std::string totals_line(const Json& answer, std::string_view unit, const Terminal& terminal) {
  const auto& aggregation = member(answer, "aggregation");
  Line line{terminal};
  line.add("all that match:", Style::faint);
  constexpr std::pair<const char*, const char*> kNames[]{{"avg", "mean"}, {"min", "lowest"}, {"p50", "p50"},
                                                         {"p90", "p90"},  {"p95", "p95"},    {"max", "highest"}};
  const auto in_unit = [&](double value) { return value_text(value, unit); };
  for (const auto& [key, name] : kNames)
    line.add(fmt::format("  {} ", name), Style::faint).add(shown(aggregation, key, in_unit));
  return line.text() + '\n';
}

}  // namespace

std::string drilldown_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal) {
  const auto unit = title.metric->drilldown->unit;
  const auto& items = member(answer, "items");
  const auto& pagination = member(answer, "pagination");
  const auto offset = static_cast<std::int64_t>(number(pagination, "offset").value_or(0));
  const auto total = static_cast<std::int64_t>(number(pagination, "total").value_or(0));
  if (items.empty())
    return title_lines(title, "drilldown", terminal) +
           (total == 0 ? "Nothing matches.\n" : fmt::format("There are {} in all.\n", count_text(total)));

  const auto last = offset + static_cast<std::int64_t>(items.size());
  const auto note = fmt::format("{} to {} of {}", count_text(offset + 1), count_text(last), count_text(total));
  Table table{{{"task"}, {"title"}, {"value", Align::right}, {"at", Align::left}, {"state"}, {"assignee"}, {"mostly"}}};
  for (const auto& item : items) {
    const auto& context = member(item, "context");
    const auto at = text(item, "timestamp");
    table.add({text(item, "task_id"),
               text(item, "task_title"),
               {shown(item, "value", [&](double value) { return value_text(value, unit); }), Style::strong},
               {at.size() >= 16 ? at.substr(0, 10) + " " + at.substr(11, 5) : at, Style::faint},
               text(context, "state"),
               text(context, "assignee"),
               {main_factor(item), Style::faint}});
  }
  return title_lines(title, note, terminal) + table.text(terminal) + '\n' + totals_line(answer, unit, terminal);
}

}  // namespace tidemark::render
