#include "jobs/conformance/merge_checks.hpp"

#include <fmt/format.h>

namespace tidemark::conformance {
namespace {

std::string content_of(const Point& point) { return text_of(point.row.numeric) + ' ' + point.row.json; }

// What the state counts, for a reader.
std::string shown(const AggregateState& state) {
  std::string text;
  for (const auto& [name, count] : state.counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
  for (const auto& [name, group] : state.groups)
    for (const auto& [value, count] : group) text += fmt::format(", {} {} {}", name, value, count);
  for (const auto& [name, sum] : state.sums) text += fmt::format(", {} {}", name, integer_text(sum));
  for (const auto& [name, values] : state.distributions)
    text +=
        fmt::format("{}{} values summing to {}", text.empty() ? "" : ", ", values.count(), integer_text(values.sum()));
  return text;
}

}  // namespace

void MergeCheck::add(const Point& point, const std::optional<AggregateState>& state) {
  if (point.metric == nullptr || !point.row.grain || !point.row.bucket || !point.dimensions_problem.empty()) return;
  if (point.metric->kind != MetricKind::event) return add_level(point);
  if (state) add_event(point, *state);
}

// A month's days may be of weeks of which only some stand.
bool MergeCheck::finer_rows_are_kept(const Point& point) const {
  const auto& floors = floors_of(floors_, point.metric->key);
  const auto finer = point.row.grain == Grain::day ? KeptRows::trend_hour : KeptRows::trend_day;
  return point.row.grain == Grain::month ? *point.row.bucket >= floors.of(finer)
                                         : floors.keeps(finer, *point.row.bucket);
}

std::optional<MergeCheck::Finer> MergeCheck::take(const Point& point) {
  const auto found = expected_.extract({*point.row.grain, *point.row.bucket, point.dimensions});
  return found.empty() ? std::nullopt : std::optional{found.mapped()};
}

void MergeCheck::add_event(const Point& point, const AggregateState& state) {
  const Grain grain = *point.row.grain;
  const bool has_finer = grain != Grain::hour && !(grain == Grain::day && !point.dimensions.all()) &&
                         !(grain == Grain::day && point.metric->grains.front() == Grain::day);
  if (has_finer) {
    const auto finer = take(point);
    if (finer_rows_are_kept(point)) {
      report_.count(Check::merge);
      if (!finer)
        report_.add(Check::merge, point.where(), "there are no finer rows that it could be made of");
      else if (finer->state != state)
        report_.add(Check::merge, point.where(),
                    fmt::format("its state has {}; its finer rows {}", shown(state), shown(finer->state)));
    }
  }
  const auto merge_into = [&](Grain coarse) {
    auto& finer = expected_[{coarse, bucket_start(coarse, *point.row.bucket), point.dimensions}];
    finer.state.merge(state);
    finer.where = point.where();
  };
  if (grain == Grain::hour) merge_into(Grain::day);
  if (grain == Grain::day) {
    merge_into(Grain::week);
    merge_into(Grain::month);
  }
}

// Whether the coarser bucket's row is that of this day.
bool MergeCheck::stands_for(Grain coarse, const Point& day) const {
  const bool rolling = day.metric->kind == MetricKind::rolling;
  if (rolling && coarse != Grain::week) return false;
  const Instant bucket = *day.row.bucket;
  const Instant end = bucket_end(coarse, bucket_start(coarse, bucket));
  if (bucket + kDay == end) return !rolling || end <= as_of_;
  return !rolling && bucket == bucket_start(Grain::day, as_of_);
}

void MergeCheck::add_level(const Point& point) {
  const Grain grain = *point.row.grain;
  if (grain == Grain::hour) return;
  if (grain == Grain::day) {
    for (const Grain coarse : {Grain::week, Grain::month})
      if (stands_for(coarse, point))
        expected_[{coarse, bucket_start(coarse, *point.row.bucket), point.dimensions}] = {
            {}, content_of(point), point.where()};
    return;
  }
  const auto finer = take(point);
  const Instant end = bucket_end(grain, *point.row.bucket);
  const bool rolling = point.metric->kind == MetricKind::rolling;
  if (rolling && (grain == Grain::month || end > as_of_)) return;
  // The policy must keep the last day, not the first.
  const Instant last_day = end > as_of_ ? bucket_start(Grain::day, as_of_) : end - kDay;
  if (!floors_of(floors_, point.metric->key).keeps(KeptRows::trend_day, last_day)) return;
  report_.count(Check::merge);
  if (!finer)
    report_.add(Check::merge, point.where(), "there is no row of its last day");
  else if (finer->last_day != content_of(point))
    report_.add(Check::merge, point.where(),
                fmt::format("its value is {}, that of its last day is another: {}", text_of(point.row.numeric),
                            finer->last_day.substr(0, finer->last_day.find(' '))));
}

void MergeCheck::finish() {
  for (const auto& [key, finer] : expected_)
    report_.add(Check::merge, finer.where,
                fmt::format("there is no {} row that holds it, expected one at {}", to_string(std::get<Grain>(key)),
                            format_instant(std::get<Instant>(key))));
  expected_.clear();
}

}  // namespace tidemark::conformance
