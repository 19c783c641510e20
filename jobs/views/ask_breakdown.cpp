#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "contracts/error.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/breakdown_view.hpp"
#include "jobs/views/parameters.hpp"

namespace tidemark::views {
namespace {

const BreakdownDimension& require_dimension(const Metric& metric, std::string_view name) {
  if (const auto* dimension = metric.breakdown_dimension(name)) return *dimension;
  std::vector<std::string_view> allowed;
  for (const auto& dimension : metric.breakdown_dimensions) allowed.push_back(dimension.name);
  refuse_value("dimension", name, fmt::format("the breakdown dimensions of {}", metric.key), allowed);
}

BreakdownRange require_range(std::string_view name) {
  std::vector<std::string_view> allowed;
  for (const auto& range : kBreakdownRanges) {
    if (range.name == name) return range;
    allowed.push_back(range.name);
  }
  refuse_value("time range", name, "the time ranges", allowed);
}

// The one value that the answer is narrowed to. Percentages stay shares of the whole.
std::optional<std::string> require_only(const BreakdownQuestion& question) {
  const auto filters = require_filters(question.filters);
  for (const auto& [name, value] : filters.items())
    if (name != question.dimension)
      throw Error(
          ErrorKind::usage,
          fmt::format("a breakdown by {} cannot be filtered by {}: points are split by one dimension at a time; "
                      "filter by {}",
                      question.dimension, name, question.dimension));
  if (filters.empty()) return std::nullopt;
  return clip_dimension_value(filters.front().get<std::string>());
}

}  // namespace

Answered ask(readmodel::Transaction& tx, const BreakdownQuestion& question, Instant now) {
  const Metric& metric = require_metric(question.metric);
  BreakdownAnswer answer;
  answer.metric = &metric;
  answer.dimension = &require_dimension(metric, question.dimension);
  answer.range = require_range(question.time_range);
  answer.only = require_only(question);

  const auto subject = find_subject(tx, question.project, &metric, now);
  answer.project_id = subject.project.id;
  answer.as_of = subject.as_of;
  const auto current = current_window(answer.range, answer.as_of);
  const auto previous = previous_window(answer.range, answer.as_of);
  answer.points = readmodel::read_breakdown(tx, {subject.project.id, std::string{metric.key}, question.dimension,
                                                 previous ? previous->from : current.from, current.to});
  readmodel::TrendQuery totals;
  totals.project_id = subject.project.id;
  totals.metric_key = metric.key;
  totals.from = current.from;
  totals.before = current.to;
  if (metric.undivided) answer.totals = readmodel::read_trend(tx, totals);

  Answered answered{subject.project.name, &metric, breakdown_view(answer)};
  const bool cut = std::any_of(answer.points.begin(), answer.points.end(), [&](const auto& point) {
    return current.holds(point.bucket) && is_partial(point.value.json);
  });
  subject.add_meta(answered.answer, cut ? Completeness::partial : Completeness::whole);
  return answered;
}

}  // namespace tidemark::views
