#include "compute/row_sink.hpp"

namespace tidemark::compute {

PointValue finished(const Point& point) {
  // 0.0 + value: a negative zero becomes zero.
  return {point.value ? std::optional{0.0 + *point.value} : std::nullopt, point.json.text()};
}

PointValue RowSink::finish(const Bucket& bucket, Point point) const {
  if (bucket.partial) point.json.add_flag("partial", true);
  return finished(point);
}

void RowSink::total(std::string_view metric, const Bucket& bucket, Point point) {
  if (!keeps_trend(metric, bucket)) return;
  rows_.trend.push_back({{}, std::string{metric}, bucket.grain, bucket.start, {}, finish(bucket, std::move(point))});
}

void RowSink::part(std::string_view metric, const Bucket& bucket, const Dimensions& dimension, Tables tables,
                   Point point) {
  const bool in_trend = tables == Tables::trend_and_breakdown && keeps_trend(metric, bucket);
  const bool in_breakdown = keeps_breakdown(metric, bucket);
  if (!in_trend && !in_breakdown) return;
  const PointValue value = finish(bucket, std::move(point));
  if (in_trend) rows_.trend.push_back({{}, std::string{metric}, bucket.grain, bucket.start, dimension, value});
  if (in_breakdown)
    rows_.breakdown.push_back(
        {{}, std::string{metric}, bucket.grain, bucket.start, dimension.name, dimension.value, value});
}

}  // namespace tidemark::compute
