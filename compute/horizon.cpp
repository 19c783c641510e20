#include "compute/horizon.hpp"

#include <algorithm>

#include "contracts/catalogue.hpp"

namespace tidemark::compute {

Window whole_window(Instant from, Instant to) { return {from, to, to}; }
Window window_up_to(Instant from, Instant as_of) { return {from, as_of + Micros{1}, as_of}; }

Horizon::Horizon(Instant as_of, Instant first_fact, Floors floors)
    : as_of_(as_of), first_fact_(first_fact), floors_(std::move(floors)) {
  const auto& metrics = all_metrics();
  widest_ = floors_of(metrics.front().key);
  for (const auto& metric : metrics) widest_ = widest(widest_, floors_of(metric.key));
  widest_.of(KeptRows::trend_day) = std::min(widest_.of(KeptRows::trend_day), widest_.of(KeptRows::breakdown));
}

Bucket Horizon::bucket(Grain grain, Instant t) const {
  const Instant start = bucket_start(grain, t);
  const Instant end = bucket_end(grain, start);
  const bool partial = end > as_of_;
  return {grain, start, end, partial, partial ? window_up_to(start, as_of_) : whole_window(start, end)};
}

std::vector<Bucket> Horizon::trend_buckets(Grain grain) const {
  std::vector<Bucket> buckets;
  if (first_fact_ > as_of_) return buckets;
  const Instant first = bucket_start(grain, first_instant());
  for (Instant start = first; start <= as_of_; start = bucket_end(grain, start))
    if (keeps_trend(grain, start)) buckets.push_back(bucket(grain, start));
  return buckets;
}

std::vector<Bucket> Horizon::level_buckets(Grain grain) const {
  auto buckets = trend_buckets(grain);
  std::erase_if(buckets, [&](const Bucket& bucket) { return bucket.end <= levels_after_; });
  return buckets;
}

bool Horizon::keeps_level(Grain grain, Instant bucket_start) const {
  return keeps_trend(grain, bucket_start) && bucket_end(grain, bucket_start) > levels_after_;
}

bool Horizon::keeps_trend(Grain grain, Instant bucket_start) const {
  return bucket_end(grain, bucket_start) > recomputed_after_ && widest_.keeps(kept_rows(grain), bucket_start);
}

bool Horizon::keeps_breakdown(Instant day_start) const {
  return day_start + kDay > recomputed_after_ && widest_.keeps(KeptRows::breakdown, day_start);
}

bool Horizon::keeps_drilldown(Instant day_start) const { return widest_.keeps(KeptRows::drilldown, day_start); }

Window Horizon::rolling_window(const Bucket& bucket) const {
  if (bucket.grain != Grain::day) return bucket.window;
  return bucket.partial ? window_up_to(as_of_ - kWeek, as_of_) : whole_window(bucket.end - kWeek, bucket.end);
}

double Horizon::rate_days(const Bucket& bucket) {
  if (bucket.grain == Grain::day) return 7;
  return std::max(1.0, to_days(bucket.window.end - bucket.window.from));
}

}  // namespace tidemark::compute
