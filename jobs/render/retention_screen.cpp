#include "jobs/render/retention_screen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

constexpr int kMostColumns = 100;
constexpr int kLabelColumns = 13;  // "trend month" and two spaces
constexpr int kDateColumns = 10;

std::string day_text(const std::optional<Instant>& t) { return t ? format_day(*t) : "-"; }

std::string oldest_goes_text(const views::RetainedRows& rows, const std::optional<Instant>& as_of) {
  if (!rows.oldest_goes) return rows.kept.days ? "-" : "never";
  return as_of && *rows.oldest_goes <= *as_of ? "at the next compaction" : format_day(*rows.oldest_goes);
}

std::string policies_text(const views::Retained& retained, const Terminal& terminal) {
  Table table{
      {{"rows"}, {"kept"}, {"set by"}, {"floor"}, {"stored", Align::right}, {"first"}, {"last"}, {"oldest goes"}}};
  for (const auto& rows : retained.rows)
    table.add({std::string{jobs::to_string(rows.rows)}, jobs::days_text(rows.kept.days), rows.kept.origin,
               rows.floor ? format_day(*rows.floor) : "none", count_text(rows.standing.rows),
               day_text(rows.standing.first), day_text(rows.standing.last), oldest_goes_text(rows, retained.as_of)});
  return table.text(terminal);
}

// The common axis of the bars: instants onto columns.
struct Axis {
  Instant from;
  Instant to;
  int columns;

  Instant start_of(int column) const { return from + (to - from) * column / columns; }
};

std::optional<Axis> axis_of(const views::Retained& retained, const Terminal& terminal) {
  if (!retained.as_of) return std::nullopt;
  std::optional<Instant> from;
  for (const auto& rows : retained.rows)
    for (const auto& start : {rows.floor, rows.standing.first})
      if (start && *start < *retained.as_of) from = from ? std::min(*from, *start) : *start;
  if (!from) return std::nullopt;
  return Axis{*from, *retained.as_of, std::min(terminal.width, kMostColumns) - kLabelColumns};
}

// Whether something of the column's time stands: above the floor, and not before the first row of all.
bool stands(const views::RetainedRows& rows, const Axis& axis, int column) {
  // The last column holds the as-of, and the rows of the current state.
  if (column + 1 == axis.columns) return rows.standing.rows > 0;
  if (!rows.standing.first) return false;
  return axis.start_of(column + 1) > std::max(rows.floor.value_or(axis.from), *rows.standing.first);
}

bool is_left(const views::Retained& retained, const views::RetainedRows& rows, const Axis& axis, int column) {
  if (rows.rows != KeptRows::trend_hour && rows.rows != KeptRows::trend_day) return false;
  return std::any_of(retained.left_weeks.begin(), retained.left_weeks.end(), [&](Instant week) {
    return week < rows.floor.value_or(week) && week < axis.start_of(column + 1) && week + kWeek > axis.start_of(column);
  });
}

std::string bar(const views::Retained& retained, const views::RetainedRows& rows, const Axis& axis) {
  std::string cells;
  for (int column = 0; column < axis.columns; ++column)
    cells += is_left(retained, rows, axis, column) ? 'L' : stands(rows, axis, column) ? '#' : '.';
  return cells;
}

// The dates at the ends of the axis and, where there is room, between them.
std::string dates(const Axis& axis) {
  std::string line(static_cast<std::size_t>(axis.columns), ' ');
  const auto put = [&](int column, Instant t) {
    line.replace(static_cast<std::size_t>(column), kDateColumns, format_day(t));
  };
  put(0, axis.from);
  for (const int part : {1, 2, 3}) {
    const int column = axis.columns * part / 4;
    if (column > (kDateColumns + 2) * part && column + kDateColumns + 1 < axis.columns - kDateColumns)
      put(column, axis.start_of(column));
  }
  put(axis.columns - kDateColumns, axis.to);
  return line;
}

std::string picture(const views::Retained& retained, const Terminal& terminal) {
  const auto axis = axis_of(retained, terminal);
  if (!axis) return "";
  std::string text = "\n";
  for (const auto& rows : retained.rows)
    text += fmt::format("{:<{}}{}\n", jobs::to_string(rows.rows), kLabelColumns, bar(retained, rows, *axis));
  text += fmt::format("{:<{}}{}\n", "", kLabelColumns, dates(*axis));
  text += "# rows stand   . none, or gone";
  return text + (retained.left_weeks.empty() ? "\n" : "   L a week left in place\n");
}

}  // namespace

std::string retention_screen(const views::Retained& retained, const Terminal& terminal) {
  std::string text = fmt::format(
      "{} of {}, {}\n", retained.metric->key, printable(retained.project),
      retained.as_of ? "as of " + format_instant(*retained.as_of) : std::string{"of which nothing has been computed"});
  text += policies_text(retained, terminal) + picture(retained, terminal);
  if (!retained.left_weeks.empty()) {
    text += "weeks left in place, since the days say something else:";
    for (const Instant week : retained.left_weeks) text += ' ' + format_day(week);
    text += "\n`tidemark compact --dry-run` says why\n";
  }
  return text;
}

}  // namespace tidemark::render
