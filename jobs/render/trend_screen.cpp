#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "contracts/bucket.hpp"
#include "contracts/time.hpp"
#include "jobs/render/answer_screens.hpp"
#include "jobs/render/chart.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

std::string bucket_text(Instant bucket, Grain grain) {
  const auto text = format_instant(bucket);
  if (grain == Grain::hour) return text.substr(0, 10) + " " + text.substr(11, 5);
  return text.substr(0, grain == Grain::month ? 7 : 10);
}

std::string series_name(const Json& dimensions) {
  if (dimensions.empty()) return "all";
  const auto first = dimensions.begin();
  return first.key() + " " + first->get<std::string>();
}

struct Axis {
  Grain grain = Grain::day;
  std::vector<Instant> buckets;  // every one from the first point's to the last one's
};

Axis axis_of(const Json& answer) {
  Axis axis;
  axis.grain = parse_grain(text(answer, "granularity")).value_or(Grain::day);
  const auto& data = member(answer, "data");
  if (data.empty()) return axis;
  const auto first = parse_instant(text(data.front(), "timestamp"));
  const auto last = parse_instant(text(data.back(), "timestamp"));
  if (!first || !last) return axis;
  for (Instant bucket = *first; bucket <= *last; bucket = bucket_end(axis.grain, bucket))
    axis.buckets.push_back(bucket);
  return axis;
}

using Points = std::map<Instant, double>;

// What a bucket without a point reads as: a count is 0, a level holds on, anything else is unknown.
Series series_of(const Points& points, const Axis& axis, const AnswerTitle& title, const std::string& name) {
  const Metric& metric = *title.metric;
  const bool whole = name == "all";
  Series series;
  for (const auto bucket : axis.buckets) {
    const auto point = points.find(bucket);
    if (point != points.end())
      series.emplace_back(point->second);
    else if (metric.kind == MetricKind::level && whole && !series.empty())
      series.push_back(series.back());
    else if (metric.headline == Headline::count || (metric.unit == "tasks" && !whole))
      series.emplace_back(0.0);
    else
      series.emplace_back(std::nullopt);
  }
  return series;
}

std::string interval_text(const Json& metadata, std::string_view unit) {
  const auto& interval = member(metadata, "confidence_interval");
  const auto lower = number(interval, "lower");
  const auto upper = number(interval, "upper");
  return lower && upper ? value_text(*lower, unit) + " to " + value_text(*upper, unit) : "";
}

std::string marks_text(const Json& metadata, MetricKind kind) {
  const auto is_set = [&](std::string_view key) { return member(metadata, key) == Json(true); };
  if (is_set("filled")) return kind == MetricKind::level ? "unchanged" : "filled";
  std::string marks = is_set("partial") ? "not over yet" : "";
  if (is_set("approximate")) marks += marks.empty() ? "approximate" : ", approximate";
  return marks;
}

std::string one_series(const AnswerTitle& title, const Json& answer, const Axis& axis, const Terminal& terminal) {
  const auto unit = title.metric->unit;
  Table table{
      {{"bucket"}, {"value", Align::right}, {"n", Align::right}, {"95 % interval", Align::right}, {"", Align::left}}};
  Points points;
  std::string name;
  for (const auto& point : member(answer, "data")) {
    const auto bucket = parse_instant(text(point, "timestamp"));
    const auto value = number(point, "value");
    if (!bucket || !value) continue;
    const auto& metadata = member(point, "metadata");
    name = series_name(member(point, "dimensions"));
    points[*bucket] = *value;
    const auto sample = title.metric->count_field.empty() ? std::nullopt : number(metadata, "sample_size");
    table.add({bucket_text(*bucket, axis.grain),
               {value_text(*value, unit), Style::strong},
               sample ? decimal_text(*sample) : "",
               {interval_text(metadata, unit), Style::faint},
               {marks_text(metadata, title.metric->kind), Style::faint}});
  }
  ColumnChart chart;
  chart.series = series_of(points, axis, title, name);
  chart.unit = unit;
  chart.first_label = bucket_text(axis.buckets.front(), axis.grain);
  chart.last_label = bucket_text(axis.buckets.back(), axis.grain);
  return chart.text(terminal) + "\n" + table.text(terminal);
}

std::string several_series(const AnswerTitle& title, const Json& answer, const Axis& axis, const Terminal& terminal) {
  const auto unit = title.metric->unit;
  std::map<std::string, Points> all;
  for (const auto& point : member(answer, "data"))
    if (const auto bucket = parse_instant(text(point, "timestamp")); bucket && number(point, "value"))
      all[series_name(member(point, "dimensions"))][*bucket] = *number(point, "value");

  Table table{{{"series"},
               {"newest", Align::right},
               {"lowest", Align::right},
               {"highest", Align::right},
               {"trend", Align::left}}};
  const auto room = static_cast<std::size_t>(std::max(10, terminal.width - 60));
  for (const auto& [name, points] : all) {
    auto series = series_of(points, axis, title, name);
    const auto newest = series.back();
    const auto by_value = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [lowest, highest] = std::minmax_element(points.begin(), points.end(), by_value);
    if (series.size() > room) series.erase(series.begin(), series.end() - static_cast<std::ptrdiff_t>(room));
    table.add({name,
               {newest ? value_text(*newest, unit) : std::string{kAbsent}, Style::strong},
               value_text(lowest->second, unit),
               value_text(highest->second, unit),
               {sparkline(series), Style::accent}});
  }
  return table.text(terminal);
}

}  // namespace

std::string title_lines(const AnswerTitle& title, const std::string& note, const Terminal& terminal) {
  Line line{terminal};
  line.add(title.metric->title, Style::strong)
      .add(" · ", Style::faint)
      .add(title.project)
      .add(" · " + note, Style::faint);
  return line.text() + '\n' + terminal.paint(Style::faint, std::string{title.metric->description}) + "\n\n";
}

std::string trend_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal) {
  const auto head = title_lines(
      title,
      fmt::format("by {}, {} to {}", text(answer, "granularity"), text(answer, "start_date"), text(answer, "end_date")),
      terminal);
  const auto axis = axis_of(answer);
  if (axis.buckets.empty()) return head + "No points in this range.\n";
  const auto& data = member(answer, "data");
  const bool single = std::all_of(data.begin(), data.end(), [&](const Json& point) {
    return member(point, "dimensions") == member(data.front(), "dimensions");
  });
  return head + (single ? one_series(title, answer, axis, terminal) : several_series(title, answer, axis, terminal));
}

}  // namespace tidemark::render
