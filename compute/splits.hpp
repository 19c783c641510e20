// How facts and levels are cut into buckets and dimension values: the loops that every metric family shares.
// Spec: delivery metrics, sections 2 and 4.
#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "compute/evidence.hpp"
#include "compute/project_view.hpp"
#include "compute/row_sink.hpp"

namespace tidemark::compute {

// A dimension that a metric declares. `values` gives the values a fact counts under (several for tags, else one); `at`
// is the instant at which a value with a history is taken.
template <typename Fact>
struct Split {
  std::string_view name;
  Tables tables;
  std::function<void(const ProjectView&, const Fact&, Instant at, std::vector<ValueId>&)> values;

  bool emitted(const ProjectView& view, Grain grain) const {
    const auto component = component_of_dimension(name);
    return (!component || view.knows(*component)) && (tables != Tables::breakdown || grain == Grain::day);
  }
};

// phase, milestone, assignee, task_class in trend and breakdown; priority and capability_tag in breakdown only.
template <typename Fact>
const std::vector<Split<Fact>>& task_splits() {
  using Values = std::vector<ValueId>;
  static const std::vector<Split<Fact>> splits{
      {"phase", Tables::trend_and_breakdown,
       [](const ProjectView& v, const Fact& f, Instant, Values& out) { out.push_back(v.task(f.task).phase); }},
      {"milestone", Tables::trend_and_breakdown,
       [](const ProjectView& v, const Fact& f, Instant, Values& out) { out.push_back(v.task(f.task).milestone); }},
      {"assignee", Tables::trend_and_breakdown,
       [](const ProjectView& v, const Fact& f, Instant at, Values& out) {
         out.push_back(v.task(f.task).assignee_at(at));
       }},
      {"task_class", Tables::trend_and_breakdown,
       [](const ProjectView& v, const Fact& f, Instant, Values& out) { out.push_back(v.task(f.task).task_class); }},
      {"priority", Tables::breakdown,
       [](const ProjectView& v, const Fact& f, Instant, Values& out) { out.push_back(v.task(f.task).priority); }},
      {"capability_tag", Tables::breakdown,
       [](const ProjectView& v, const Fact& f, Instant, Values& out) {
         const auto& tags = v.task(f.task).tags;
         out.insert(out.end(), tags.begin(), tags.end());
       }},
  };
  return splits;
}

// Calls group(value, facts) for each value of the split among `facts`; rows are put in key order at the end.
template <typename Fact, typename Group>
void for_each_value(const ProjectView& view, const Split<Fact>& split, std::span<const Fact* const> facts,
                    std::function<Instant(const Fact&)> at, Group&& group) {
  std::vector<std::pair<ValueId, std::size_t>> keyed;
  std::vector<ValueId> values;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    values.clear();
    split.values(view, *facts[i], at(*facts[i]), values);
    for (const auto value : values) keyed.emplace_back(value, i);
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<const Fact*> members;
  for (std::size_t i = 0; i < keyed.size();) {
    const ValueId value = keyed[i].first;
    members.clear();
    for (; i < keyed.size() && keyed[i].first == value; ++i) members.push_back(facts[keyed[i].second]);
    group(view.value(value), std::span<const Fact* const>{members});
  }
}

// Notes the facts of one value of a dimension: they are in the point that is explained, or have another value than it.
template <typename Fact, typename Explain>
void explain_value(const ProjectView& view, Trace& trace, const std::string& value,
                   std::span<const Fact* const> members, const Explain& explain) {
  for (const Fact* fact : members) {
    if (trace.is_value(value))
      explain(trace, *fact);
    else
      trace.leave_out_value(evidence_of(view, *fact), value);
  }
}

// Event metrics: each fact lives in the bucket of its instant; a row only where the bucket has a fact. The facts come
// to the formula in their order.
template <typename Fact, typename MakePoint, typename Explain>
void emit_events(const ProjectView& view, RowSink& sink, std::string_view metric, const std::vector<Fact>& facts,
                 const std::vector<Split<Fact>>& splits, const Formula<MakePoint, Explain>& formula) {
  const auto own_instant = [](const Fact& fact) { return fact.at; };
  std::vector<const Fact*> of_bucket;
  for (const Grain grain : kGrains) {
    for (std::size_t i = 0; i < facts.size();) {
      const Bucket bucket = view.horizon().bucket(grain, facts[i].at);
      of_bucket.clear();
      for (; i < facts.size() && facts[i].at < bucket.end; ++i) of_bucket.push_back(&facts[i]);
      if (!view.horizon().keeps_trend(grain, bucket.start)) continue;
      sink.total(metric, bucket, formula.make_point(bucket, std::span<const Fact* const>{of_bucket}));
      if (Trace* trace = sink.tracing(bucket, {}))
        for (const Fact* fact : of_bucket) formula.explain(*trace, *fact);
      if (grain == Grain::hour) continue;
      for (const auto& split : splits) {
        if (!split.emitted(view, grain)) continue;
        Trace* trace = sink.tracing(bucket, split.name);
        for_each_value<Fact>(view, split, of_bucket, own_instant, [&](const std::string& value, auto members) {
          sink.part(metric, bucket, {std::string{split.name}, value}, split.tables,
                    formula.make_point(bucket, members));
          if (trace != nullptr) explain_value(view, *trace, value, members, formula.explain);
        });
      }
    }
  }
}

// A stretch of time in which a task counts in a level: after the events of `start`, until those of `end`.
struct Stretch {
  Instant start;
  Instant end;  // kNever while it lasts
  TaskIndex task;
  const StateInterval* interval;  // the state interval it stems from (the first one of several)
};

// The buckets of a level metric: days, weeks and months all, hours only those of `hours` (ascending), in which
// something changed, and the as-of's.
std::vector<Bucket> level_buckets(const ProjectView& view, Grain grain, const std::vector<Instant>& hours);

// Calls visit(bucket, stretches that hold at the bucket's end) for each bucket, also where none does.
// `stretches` ascending by start, `buckets` ascending.
template <typename Visit>
void for_each_level(const std::vector<Stretch>& stretches, const std::vector<Bucket>& buckets, Visit&& visit) {
  std::vector<const Stretch*> active;
  std::size_t next = 0;
  for (const Bucket& bucket : buckets) {
    const Instant cutoff = bucket.window.cutoff;
    for (; next < stretches.size() && stretches[next].start < cutoff; ++next) active.push_back(&stretches[next]);
    std::erase_if(active, [&](const Stretch* s) { return s->end < cutoff; });
    visit(bucket, std::span<const Stretch* const>{active});
  }
}

// The tasks of stretches.
std::vector<TaskIndex> tasks_of(std::span<const Stretch* const> stretches);

// Level metrics: a point of the stretches that hold, for {} in every bucket, and for each value of a split where
// anything holds (days, weeks and months only).
template <typename MakePoint, typename Explain>
void emit_levels(const ProjectView& view, RowSink& sink, std::string_view metric, const std::vector<Stretch>& stretches,
                 const std::vector<Split<Stretch>>& splits, const Formula<MakePoint, Explain>& formula) {
  for (const Grain grain : kGrains) {
    for_each_level(stretches, level_buckets(view, grain, view.active_hours),
                   [&](const Bucket& bucket, std::span<const Stretch* const> held) {
                     sink.total(metric, bucket, formula.make_point(bucket, held));
                     if (Trace* trace = sink.tracing(bucket))
                       leave_out_unheld(view, *trace, tasks_of(held), bucket.window.cutoff);
                     if (Trace* trace = sink.tracing(bucket, {}))
                       for (const Stretch* stretch : held) formula.explain(*trace, *stretch);
                     if (grain == Grain::hour) return;
                     const auto at_end = [&](const Stretch&) { return bucket.window.cutoff - Micros{1}; };
                     for (const auto& split : splits) {
                       if (!split.emitted(view, grain)) continue;
                       Trace* trace = sink.tracing(bucket, split.name);
                       for_each_value<Stretch>(view, split, held, at_end, [&](const std::string& value, auto members) {
                         sink.part(metric, bucket, {std::string{split.name}, value}, split.tables,
                                   formula.make_point(bucket, members));
                         if (trace != nullptr) explain_value(view, *trace, value, members, formula.explain);
                       });
                     }
                   });
  }
}

// Rolling metrics: make_point(bucket, window, trace) -> optional<Point> for every day, week and month; nothing where
// undefined. The trace is nullptr where the point is not explained.
template <typename MakePoint>
void emit_rolling(const ProjectView& view, RowSink& sink, std::string_view metric, MakePoint&& make_point) {
  for (const Grain grain : {Grain::day, Grain::week, Grain::month})
    for (const Bucket& bucket : view.horizon().trend_buckets(grain))
      if (auto point = make_point(bucket, view.horizon().rolling_window(bucket), sink.tracing(bucket, {})))
        sink.total(metric, bucket, std::move(*point));
}

}  // namespace tidemark::compute
