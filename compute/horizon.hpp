// Which buckets exist at an as-of, what instants they hold, and which of their rows are kept.
// Spec: delivery metrics, section 2; jobs, "Compaction".
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/retention.hpp"
#include "contracts/time.hpp"

namespace tidemark::compute {

// The instants from <= t < cutoff. Measured at `end`: the exclusive end of a whole window, or the as-of that cuts it
// (which the window then includes: cutoff is one microsecond later).
struct Window {
  Instant from;
  Instant cutoff;
  Instant end;
  bool holds(Instant t) const { return from <= t && t < cutoff; }
};

// [from, to)
Window whole_window(Instant from, Instant to);
// [from, as_of]
Window window_up_to(Instant from, Instant as_of);

struct Bucket {
  Grain grain;
  Instant start;
  Instant end;   // exclusive end of the whole bucket
  bool partial;  // the as-of cuts it
  Window window;
};

class Horizon {
 public:
  // Of a metric that `floors` does not name everything stands.
  Horizon(Instant as_of, Instant first_fact, Floors floors);

  Instant as_of() const { return as_of_; }
  // From now on only buckets that end after `t` are kept, and of levels those that end after `levels`: the others are
  // not recomputed. Requires: t <= levels.
  void recompute_after(Instant t, Instant levels) {
    recomputed_after_ = t;
    levels_after_ = levels;
  }
  // Later than the as-of: there is nothing to compute. No bucket that is computed ends before it.
  Instant first_instant() const { return std::max(first_fact_, recomputed_after_); }
  Bucket bucket(Grain grain, Instant t) const;
  // The buckets of this grain that hold or follow the first fact and begin at or before the as-of, and of which any
  // metric keeps rows; ascending.
  std::vector<Bucket> trend_buckets(Grain grain) const;

  // Those of them that a level is recomputed in.
  std::vector<Bucket> level_buckets(Grain grain) const;

  // Of any metric: which buckets are worth computing. Whether one metric's row stands, its floors say besides. Days
  // also where only the breakdown keeps them.
  bool keeps_trend(Grain grain, Instant bucket_start) const;
  bool keeps_level(Grain grain, Instant bucket_start) const;
  bool keeps_breakdown(Instant day_start) const;
  bool keeps_drilldown(Instant day_start) const;

  const MetricFloors& floors_of(std::string_view metric) const { return tidemark::floors_of(floors_, metric); }

  // Rolling metrics: the seven days ending at the bucket's end (or the as-of) for a day, the bucket itself else.
  Window rolling_window(const Bucket& bucket) const;
  // The days that a rate over the bucket's rolling window divides by: 7 for day, else the window's length, elapsed time
  // where the as-of cuts it, at least 1.
  static double rate_days(const Bucket& bucket);

 private:
  Instant as_of_;
  Instant first_fact_;
  Floors floors_;
  MetricFloors widest_;
  Instant recomputed_after_ = Instant::min();
  Instant levels_after_ = Instant::min();
};

}  // namespace tidemark::compute
