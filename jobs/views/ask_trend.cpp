#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/parameters.hpp"
#include "jobs/views/trend_view.hpp"
#include "readmodel/queries/trend.hpp"

namespace tidemark::views {
namespace {

Grain require_grain(const Metric& metric, std::string_view text) {
  const auto grain = parse_grain(text);
  if (grain && std::find(metric.grains.begin(), metric.grains.end(), *grain) != metric.grains.end()) return *grain;
  std::vector<std::string_view> allowed;
  for (const auto own : metric.grains) allowed.push_back(to_string(own));
  refuse_value("grain", text, fmt::format("the grains of {}", metric.key), allowed);
}

std::vector<std::string> require_dimensions(const Metric& metric, Grain grain, std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto name = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (!metric.splits_trend_by(name))
      refuse_value("dimension", name, fmt::format("the trend dimensions of {}", metric.key), metric.trend_dimensions);
    names.emplace_back(name);
  }
  if (!names.empty() && grain == Grain::hour)
    throw Error(ErrorKind::usage,
                fmt::format("{} by {} has no hours; allowed grains: day, week, month", metric.key, names.front()));
  if (names.empty() && !metric.undivided)
    throw Error(ErrorKind::usage, fmt::format("{} exists by dimension only; add --dimensions {}", metric.key,
                                              metric.trend_dimensions.front()));
  return names;
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

}  // namespace

Answered ask(readmodel::Session& session, const TrendQuestion& question, Instant now) {
  const Metric& metric = require_metric(question.metric);
  const Grain grain = require_grain(metric, question.grain);
  readmodel::TrendQuery query;
  query.metric_key = metric.key;
  query.grain = grain;
  query.dimensions = require_dimensions(metric, grain, question.dimensions);

  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto subject = find_subject(tx, question.project, now);
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
  answer.points = readmodel::read_trend(tx, query);
  if (std::ssize(answer.points) > readmodel::kMaxTrendPoints)
    throw Error(ErrorKind::usage,
                fmt::format("{} from {} to {} has more than {} points; ask for a shorter range or a "
                            "coarser grain",
                            metric.key, answer.start_date, answer.end_date, readmodel::kMaxTrendPoints));
  Answered answered{subject.project.name, &metric, trend_view(answer)};
  const bool cut = std::any_of(answer.points.begin(), answer.points.end(),
                               [](const auto& point) { return is_partial(point.value.json); });
  subject.add_meta(answered.answer, cut ? Completeness::partial : Completeness::whole);
  return answered;
}

}  // namespace tidemark::views
