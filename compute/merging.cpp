#include "compute/merging.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "compute/event_points.hpp"
#include "contracts/aggregate_state.hpp"
#include "contracts/bucket.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {
namespace {

// How a point of an event metric is made from its state, and the member that tells a level at the bucket's end.
struct EventPoint {
  std::string_view metric;
  std::string_view dimension;  // empty: all but those that have an entry of their own
  Point (*make)(const AggregateState&, std::optional<std::int64_t>);
  std::string level;  // empty: none
};

const EventPoint* find_event_point(std::string_view metric, std::string_view dimension) {
  static const std::array<EventPoint, 11> kEventPoints{{
      {"integration_outcomes", "outcome", points::integration_outcome, ""},
      {"arrivals", "", points::arrivals, ""},
      {"cycle_time", "", points::cycle_time, ""},
      {"gate_latency", "", points::gate_latency, "queue_length"},
      {"integration_outcomes", "", points::integration_outcomes, ""},
      {"lead_time", "", points::lead_time, ""},
      {"replan_churn", "", points::replan_churn, ""},
      {"reviewer_load", "", points::reviewer_load, "open_queue"},
      {"rework", "", points::rework, "completed_before"},
      {"throughput", "", points::throughput, ""},
      {"time_in_state", "", points::time_in_state, ""},
  }};
  const auto found = std::find_if(kEventPoints.begin(), kEventPoints.end(), [&](const EventPoint& each) {
    return each.metric == metric && (each.dimension.empty() || each.dimension == dimension);
  });
  return found == kEventPoints.end() ? nullptr : &*found;
}

// Why points cannot be merged. Internal: never leaves this file.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a point says that is merged.
struct Contents {
  AggregateState state;
  std::optional<std::int64_t> level;
};

const EventPoint& event_point(const tidemark::Metric& metric, std::string_view dimension) {
  const auto* found = find_event_point(metric.key, dimension);
  if (found == nullptr) throw Unusable("nothing says how points of " + std::string{metric.key} + " are merged");
  return *found;
}

// `name`: of the point, for the reason.
Contents read(const EventPoint& event, const StoredPoint& point, const std::string& name) {
  const auto json = nlohmann::json::parse(point.json, nullptr, false);
  if (!json.is_object() || !json.contains("state")) throw Unusable(name + " has no aggregate state");
  Contents contents;
  try {
    contents.state = AggregateState::parse(json.at("state"));
    event.make(contents.state, std::nullopt);  // has all that the metric's state has
  } catch (const std::invalid_argument& problem) {
    throw Unusable(name + " has no aggregate state that can be read: " + problem.what());
  }
  if (stored_form(json.at("state")) != contents.state.stored_form())
    throw Unusable("the numbers in the aggregate state of " + name + " do not agree with each other");
  const auto level = json.find(event.level);
  if (level != json.end() && level->is_number_integer()) contents.level = level->get<std::int64_t>();
  return contents;
}

std::string name_of_day(const StoredPoint& day) { return "the day " + format_day(day.bucket); }

const StoredPoint* last_day_of(std::span<const StoredPoint> days, Instant week) {
  return !days.empty() && days.back().bucket == iso_week_end(week) - kDay ? &days.back() : nullptr;
}

// The level is that of the week's end, which only its last day tells.
Contents merged(const EventPoint& event, std::span<const StoredPoint> days, Instant week) {
  Contents all;
  for (const auto& day : days) {
    const auto contents = read(event, day, name_of_day(day));
    try {
      all.state.merge(contents.state);
    } catch (const std::overflow_error& problem) {
      throw Unusable("the states up to " + name_of_day(day) + " cannot be merged: " + problem.what());
    }
    if (&day == last_day_of(days, week)) all.level = contents.level;
  }
  return all;
}

// The percentile of a sketch stands for one of the values themselves.
bool within_bound(double of_sketch, double value) {
  constexpr double kRounding = 1e-12;
  return std::fabs(of_sketch - value) <= (Distribution::kRelativeAccuracy + kRounding) * std::fabs(value);
}

bool is_exact(const AggregateState& state) {
  return std::all_of(state.distributions.begin(), state.distributions.end(),
                     [](const auto& named) { return named.second.exact(); });
}

// p50_minutes, p75_minutes, ..
bool is_percentile(const std::string& member) {
  return member.size() > 2 && member[0] == 'p' && member[1] >= '0' && member[1] <= '9';
}

// Whether a member of the week's value_json (null: it has none) is what the states of its days give.
bool member_agrees(const tidemark::Metric& metric, const std::string& member, const nlohmann::json& stored,
                   const nlohmann::json& own) {
  if (stored == own) return true;
  if (member == "approximate" || member == "error_bound") return true;              // of one made of its days
  if (member == "confidence_interval") return metric.headline == Headline::median;  // a sketch gives none of a median
  return is_percentile(member) && stored.is_number() && own.is_number() &&
         within_bound(own.get<double>(), stored.get<double>());
}

// The first member that is not; empty: all are. The exact state has to give each of them to the last digit, a sketch
// all but its percentiles.
std::string member_difference(const tidemark::Metric& metric, const AggregateState& state, const std::string& stored,
                              const std::string& own) {
  const auto of_week = nlohmann::json::parse(stored);
  const auto of_days = nlohmann::json::parse(own);
  std::set<std::string> members;
  for (const auto& [name, value] : of_week.items()) members.insert(name);
  for (const auto& [name, value] : of_days.items()) members.insert(name);
  const bool exact = is_exact(state);
  for (const auto& name : members) {
    const auto its = of_week.value(name, nlohmann::json{});
    const auto expected = of_days.value(name, nlohmann::json{});
    if (exact ? its == expected : member_agrees(metric, name, its, expected)) continue;
    return "the week's " + name + " is " + its.dump() + ", its days give " + expected.dump();
  }
  return {};
}

bool value_agrees(const tidemark::Metric& metric, const AggregateState& state, const PointValue& own,
                  const std::optional<double>& stored) {
  if (own.numeric == stored) return true;
  return metric.headline == Headline::median && !is_exact(state) && own.numeric && stored &&
         within_bound(*own.numeric, *stored);
}

std::string text_of(const std::optional<double>& value) {
  if (!value) return "NULL";
  return std::isfinite(*value) ? number_text(*value) : "not finite";
}

std::string event_difference(const tidemark::Metric& metric, const EventPoint& event, const StoredPoint& week,
                             std::span<const StoredPoint> days) {
  const auto week_start = bucket_start(Grain::week, week.bucket);
  const auto of_week = read(event, week, "the week");
  const auto of_days = merged(event, days, week_start);
  if (of_week.state != of_days.state)
    return "the week's state is " + of_week.state.stored_form() + ", that of its days is " +
           of_days.state.stored_form();
  // Where the last day has no row nothing but the week itself tells how it stood at its end.
  const auto level = last_day_of(days, week_start) != nullptr ? of_days.level : of_week.level;
  const auto own = finished(event.make(of_week.state, level));
  if (!value_agrees(metric, of_week.state, own, week.numeric))
    return "the week's value is " + text_of(week.numeric) + ", its own state gives " + text_of(own.numeric);
  return member_difference(metric, of_week.state, week.json, own.json);
}

std::string level_difference(const StoredPoint& week, const StoredPoint& last_day) {
  if (week.numeric != last_day.numeric)
    return "the week's value is " + text_of(week.numeric) + ", that of its last day is " + text_of(last_day.numeric);
  if (week.json != last_day.json) return "the week's value_json is not that of its last day";
  return {};
}

}  // namespace

std::optional<PointValue> merge_points(const tidemark::Metric& metric, std::string_view dimension_name,
                                       std::span<const StoredPoint> days, Instant week) {
  if (metric.kind != MetricKind::event) {
    const auto* last_day = last_day_of(days, week);
    return last_day != nullptr ? std::optional{PointValue{last_day->numeric, last_day->json}} : std::nullopt;
  }
  if (days.empty()) return std::nullopt;
  try {
    const auto& event = event_point(metric, dimension_name);
    const auto contents = merged(event, days, week);
    return finished(event.make(contents.state, contents.level));
  } catch (const Unusable&) {
    return std::nullopt;
  }
}

std::string week_difference(const tidemark::Metric& metric, std::string_view dimension_name,
                            const std::optional<StoredPoint>& week, std::span<const StoredPoint> days,
                            Instant week_start) {
  const bool is_event = metric.kind == MetricKind::event;
  const auto* last_day = last_day_of(days, week_start);
  const bool is_made = is_event ? !days.empty() : last_day != nullptr;
  if (week && !is_made) return is_event ? "the week has a row, but none of its days" : "its last day has no row";
  if (!week && !is_made) return {};
  try {
    if (is_event && !week) merged(event_point(metric, dimension_name), days, week_start);
    if (!week) return "the week has no row";
    return is_event ? event_difference(metric, event_point(metric, dimension_name), *week, days)
                    : level_difference(*week, *last_day);
  } catch (const Unusable& why) {
    return why.what();
  }
}

}  // namespace tidemark::compute
