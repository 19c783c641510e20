// Coarser points against the finer ones that they are made of. Spec: product, promise 4; jobs, "Compaction".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "contracts/aggregate_state.hpp"
#include "contracts/retention.hpp"
#include "jobs/conformance/bucket_rows.hpp"
#include "jobs/conformance/report.hpp"

namespace tidemark::conformance {

// Event metrics: a day's state is its hours' merged, a week's and a month's their days'. Level metrics: a week and a
// month are their last day; rolling ones: a whole week is. Compared only where every finer row is kept by its policy.
// Requires: buckets in order of metric, grain and time.
class MergeCheck {
 public:
  MergeCheck(Instant as_of, const Floors& floors, Report& report) : as_of_(as_of), floors_(floors), report_(report) {}
  // `state`: the trend point's, as state_of() reads it.
  void add(const Point& point, const std::optional<AggregateState>& state);
  // The metric's rows are through: what has finer rows must have had its coarser one.
  void finish();

 private:
  using Key = std::tuple<Grain, Instant, Dimensions>;
  struct Finer {
    AggregateState state;  // event metrics
    std::string last_day;  // the others: its value and JSON
    std::string where;     // one of the finer rows
  };

  void add_event(const Point& point, const AggregateState& state);
  void add_level(const Point& point);
  bool finer_rows_are_kept(const Point& point) const;
  bool stands_for(Grain coarse, const Point& day) const;
  std::optional<Finer> take(const Point& point);

  Instant as_of_;
  const Floors& floors_;  // only what stands is compared
  Report& report_;
  std::map<Key, Finer> expected_;
};

}  // namespace tidemark::conformance
