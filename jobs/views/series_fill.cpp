#include "jobs/views/series_fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "contracts/error.hpp"
#include "jobs/views/parameters.hpp"

namespace tidemark::views {
namespace {

using readmodel::TrendPoint;
using Row = std::map<Instant, const TrendPoint*>;

// The buckets that are filled: from the first that can have a value, up to the end of the range.
std::vector<Instant> buckets_of(const StoredSeries& stored) {
  std::vector<Instant> buckets;
  if (stored.points.empty() && !stored.earlier) return buckets;
  Instant bucket = stored.earlier ? bucket_start(stored.grain, stored.from) : stored.points.front().bucket;
  if (bucket < stored.from) bucket = bucket_end(stored.grain, bucket);
  for (; bucket < stored.before; bucket = bucket_end(stored.grain, bucket)) buckets.push_back(bucket);
  return buckets;
}

std::map<Dimensions, Row> rows_of(const StoredSeries& stored, bool undivided) {
  std::map<Dimensions, Row> rows;
  if (undivided) rows[{}];
  for (const auto& point : stored.points) rows[point.dimensions][point.bucket] = &point;
  return rows;
}

// Fills one series, bucket by bucket.
class Filler {
 public:
  Filler(const StoredSeries& stored, Fill fill, bool holds) : fill_(fill), holds_(holds) {
    if (stored.earlier) held_ = &*stored.earlier;
    if (stored.defined) defined_ = &*stored.defined;
  }

  std::optional<SeriesPoint> at(Instant bucket, const Dimensions& dimensions, const TrendPoint* own) {
    if (own) held_ = own;
    if (own && own->value.numeric) defined_ = own;
    if (own && own->value.numeric) return SeriesPoint{*own, false};
    if (!own && holds_ && held_ && held_->value.numeric) return made(bucket, dimensions, held_->value);
    if (fill_ == Fill::null) return made(bucket, dimensions, {std::nullopt, "{}"});
    if (fill_ == Fill::zero) return made(bucket, dimensions, {0.0, "{}"});
    if (fill_ == Fill::previous && defined_) return made(bucket, dimensions, {defined_->value.numeric, "{}"});
    return std::nullopt;
  }

 private:
  static SeriesPoint made(Instant bucket, const Dimensions& dimensions, PointValue value) {
    return {{bucket, dimensions, std::move(value), {}}, true};
  }

  Fill fill_;
  bool holds_;  // an undivided level
  const TrendPoint* held_ = nullptr;
  const TrendPoint* defined_ = nullptr;
};

[[noreturn]] void refuse_size(const StoredSeries& stored) {
  throw Error(ErrorKind::usage, fmt::format("{} by {} has more than {} points in this range; ask for a shorter range "
                                            "or a coarser grain",
                                            stored.metric->key, to_string(stored.grain), readmodel::kMaxTrendPoints));
}

}  // namespace

Fill require_fill(std::string_view name) {
  if (name == "none") return Fill::none;
  if (name == "null") return Fill::null;
  if (name == "zero") return Fill::zero;
  if (name == "previous") return Fill::previous;
  refuse_value("fill", name, "the ways to fill a bucket without a value", {"none", "null", "zero", "previous"});
}

std::vector<SeriesPoint> fill_series(const StoredSeries& stored, Fill fill) {
  constexpr auto kMost = static_cast<std::size_t>(readmodel::kMaxTrendPoints);
  const bool undivided = stored.earlier || std::all_of(stored.points.begin(), stored.points.end(),
                                                       [](const auto& point) { return point.dimensions.all(); });
  const bool holds = undivided && stored.metric->kind == MetricKind::level;
  std::vector<SeriesPoint> result;
  if (fill == Fill::none && !holds) {
    for (const auto& point : stored.points)
      if (point.value.numeric) result.push_back({point, false});
  } else {
    const auto buckets = buckets_of(stored);
    const auto rows = rows_of(stored, undivided);
    if (buckets.size() * rows.size() > kMost) refuse_size(stored);
    std::map<Dimensions, Filler> fillers;
    for (const auto& [dimensions, row] : rows) fillers.emplace(dimensions, Filler{stored, fill, holds});
    for (const auto bucket : buckets)
      for (const auto& [dimensions, row] : rows) {
        const auto own = row.find(bucket);
        if (auto point = fillers.at(dimensions).at(bucket, dimensions, own == row.end() ? nullptr : own->second))
          result.push_back(std::move(*point));
      }
  }
  if (result.size() > kMost) refuse_size(stored);
  return result;
}

}  // namespace tidemark::views
