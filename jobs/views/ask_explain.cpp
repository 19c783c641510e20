#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/refresh.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/explain_view.hpp"
#include "jobs/views/parameters.hpp"

namespace tidemark::views {
namespace {

constexpr std::int64_t kMaxLimit = 500;

const Metric& require_explained(std::string_view key) {
  const Metric& metric = require_metric(key);
  if (metric.domain == Domain::delivery) return metric;
  std::vector<std::string_view> allowed;
  for (const auto& other : all_metrics())
    if (other.domain == Domain::delivery) allowed.push_back(other.key);
  refuse_value("metric", key, "those that can be explained", allowed);
}

// Every dimension by which the metric has points, those of the breakdown included.
std::vector<std::string_view> dimensions_of(const Metric& metric) {
  auto names = metric.trend_dimensions;
  for (const auto& dimension : metric.breakdown_dimensions)
    if (!metric.splits_trend_by(dimension.name)) names.push_back(dimension.name);
  return names;
}

Dimensions read_dimensions(std::string_view text) {
  if (text.empty()) return {};
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    throw Error(ErrorKind::usage,
                fmt::format("--dimensions '{}' is not a JSON object such as {{\"phase\": \"Build\"}}", text));
  if (json.empty()) return {};
  if (json.size() > 1)
    throw Error(ErrorKind::usage,
                fmt::format("--dimensions '{}' names {} dimensions; a point has one", text, json.size()));
  const auto& value = json.begin().value();
  if (!value.is_string())
    throw Error(ErrorKind::usage, fmt::format("dimension {} is {}, not a text", json.begin().key(), value.dump()));
  return {json.begin().key(), clip_dimension_value(value.get<std::string>())};
}

Dimensions require_dimensions(const Metric& metric, Grain grain, std::string_view text) {
  const auto dimensions = read_dimensions(text);
  const auto allowed = dimensions_of(metric);
  if (dimensions.all()) {
    if (metric.undivided) return dimensions;
    throw Error(ErrorKind::usage, fmt::format("{} exists by dimension only; add --dimensions '{{\"{}\": ..}}'",
                                              metric.key, metric.trend_dimensions.front()));
  }
  if (std::find(allowed.begin(), allowed.end(), dimensions.name) == allowed.end())
    refuse_value("dimension", dimensions.name, fmt::format("the dimensions of {}", metric.key), allowed);
  if (grain == Grain::hour)
    throw Error(ErrorKind::usage,
                fmt::format("{} by {} has no hours; allowed grains: day, week, month", metric.key, dimensions.name));
  if (grain != Grain::day && !metric.splits_trend_by(dimensions.name))
    throw Error(ErrorKind::usage,
                fmt::format("{} by {} has days only; allowed grains: day", metric.key, dimensions.name));
  return dimensions;
}

}  // namespace

Answered ask(readmodel::Transaction& tx, const ExplainQuestion& question, Instant now) {
  const Metric& metric = require_explained(question.metric);
  const Grain grain = require_grain(metric, question.grain);
  const auto dimensions = require_dimensions(metric, grain, question.dimensions);
  if (question.limit < 1)
    throw Error(ErrorKind::usage, fmt::format("--limit {} is below 1; allowed: 1 to {}", question.limit, kMaxLimit));
  std::optional<Instant> at;
  if (question.timestamp) at = require_instant("--timestamp", *question.timestamp);

  const auto subject = find_subject(tx, question.project, &metric, now);
  ExplainAnswer answer{subject.project.id,
                       &metric,
                       dimensions,
                       definition_hash(metric),
                       static_cast<std::size_t>(std::min(question.limit, kMaxLimit)),
                       jobs::explain(tx, {subject.project, &metric, grain, at, dimensions, question.retention})};
  Answered answered{subject.project.name, &metric, explain_view(answer)};
  subject.add_meta(answered.answer,
                   answer.explanation.point.bucket.partial ? Completeness::partial : Completeness::whole);
  return answered;
}

}  // namespace tidemark::views
