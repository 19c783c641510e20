#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/parameters.hpp"
#include "jobs/views/trend_view.hpp"
#include "readmodel/queries/trend.hpp"

namespace tidemark::views {
namespace {

using readmodel::SeriesFilter;

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// The dimensions named, or else those that are filtered; a filter narrows its own dimension to one series.
std::vector<SeriesFilter> require_series(const Metric& metric, Grain grain, const TrendQuestion& question) {
  const auto filters = require_filters(question.filters);
  auto names = names_in(question.dimensions);
  if (names.empty())
    for (const auto& [name, value] : filters.items()) names.push_back(name);
  for (const auto& [name, value] : filters.items())
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error(ErrorKind::usage,
                  fmt::format("series by {} cannot be filtered by {}: points are split by one dimension at a time; "
                              "ask with --dimensions {}",
                              question.dimensions, name, name));
  std::vector<SeriesFilter> series;
  for (const auto& name : names) {
    if (!metric.splits_trend_by(name))
      refuse_value("dimension", name, fmt::format("the trend dimensions of {}", metric.key), metric.trend_dimensions);
    series.push_back({name, std::nullopt});
    if (filters.contains(name)) series.back().value = clip_dimension_value(filters.at(name).get<std::string>());
  }
  if (!names.empty() && grain == Grain::hour)
    throw Error(ErrorKind::usage,
                fmt::format("{} by {} has no hours; allowed grains: day, week, month", metric.key, names.front()));
  if (names.empty() && !metric.undivided)
    throw Error(ErrorKind::usage, fmt::format("{} exists by dimension only; add --dimensions {}", metric.key,
                                              metric.trend_dimensions.front()));
  return series;
}

// As many buckets as a screen shows well. Units: days.
int default_days(Grain grain) {
  switch (grain) {
    case Grain::hour: return 2;
    case Grain::day: return 30;
    case Grain::week: return 182;
    case Grain::month: return 365;
  }
  return 30;
}

StoredSeries stored_series(readmodel::Transaction& tx, const Metric& metric, const readmodel::TrendQuery& query,
                           Instant as_of) {
  StoredSeries stored;
  stored.metric = &metric;
  stored.grain = query.grain;
  stored.from = query.from;
  stored.before = std::min(query.before, bucket_end(query.grain, bucket_start(query.grain, as_of)));
  stored.points = readmodel::read_trend(tx, query);
  if (std::ssize(stored.points) > readmodel::kMaxTrendPoints)
    throw Error(ErrorKind::usage, fmt::format("{} by {} has more than {} points in this range; ask for a shorter range "
                                              "or a coarser grain",
                                              metric.key, to_string(query.grain), readmodel::kMaxTrendPoints));
  if (!query.dimensions.empty()) return stored;
  stored.earlier = readmodel::read_trend_before(tx, query, readmodel::Earlier::any);
  stored.defined = readmodel::read_trend_before(tx, query, readmodel::Earlier::defined);
  return stored;
}

}  // namespace

Answered ask(readmodel::Transaction& tx, const TrendQuestion& question, Instant now) {
  const Metric& metric = require_metric(question.metric);
  const Grain grain = require_grain(metric, question.grain);
  readmodel::TrendQuery query;
  query.metric_key = metric.key;
  query.grain = grain;
  query.dimensions = require_series(metric, grain, question);
  const Fill fill = require_fill(question.fill);

  const auto subject = find_subject(tx, question.project, &metric, now);
  TrendAnswer answer;
  answer.end_date = question.to.value_or(format_day(subject.as_of));
  query.before = end_of_range("--to", answer.end_date);
  answer.start_date = question.from.value_or(format_day(query.before - (default_days(grain) + 1) * kDay));
  query.from = require_instant("--from", answer.start_date);
  if (query.from >= query.before)
    throw Error(ErrorKind::usage, fmt::format("--from {} is after --to {}", answer.start_date, answer.end_date));

  query.project_id = subject.project.id;
  answer.metric = &metric;
  answer.project_id = subject.project.id;
  answer.grain = grain;
  answer.points = fill_series(stored_series(tx, metric, query, subject.as_of), fill);
  Answered answered{subject.project.name, &metric, trend_view(answer)};
  const bool cut = std::any_of(answer.points.begin(), answer.points.end(),
                               [](const auto& point) { return is_partial(point.point.value.json); });
  subject.add_meta(answered.answer, cut ? Completeness::partial : Completeness::whole);
  return answered;
}

}  // namespace tidemark::views
