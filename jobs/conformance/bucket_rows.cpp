#include "jobs/conformance/bucket_rows.hpp"

#include <algorithm>
#include <tuple>

namespace tidemark::conformance {
namespace {

// Orders as the cursors do: NULLs last.
struct Key {
  std::string metric;
  std::optional<Grain> grain;
  std::optional<Instant> bucket;

  friend bool operator<(const Key& a, const Key& b) {
    return std::tuple(std::string_view{a.metric}, !a.grain, a.grain, !a.bucket, a.bucket) <
           std::tuple(std::string_view{b.metric}, !b.grain, b.grain, !b.bucket, b.bucket);
  }
  friend bool operator==(const Key&, const Key&) = default;
};

std::optional<Key> key_of(const readmodel::StoredPoint* row) {
  if (row == nullptr) return std::nullopt;
  return Key{row->metric_key, row->grain, row->bucket};
}

std::optional<Key> key_of(const readmodel::StoredDrilldown* row) {
  if (row == nullptr) return std::nullopt;
  return Key{row->metric_key, Grain::day, row->bucket};
}

// Hands out the rows under `key`, which come first or not at all.
template <typename Row, typename Visit>
void take(readmodel::StoredRows<Row>& rows, const Key& key, Visit&& visit) {
  for (const Row* row = rows.front(); row != nullptr && key_of(row) == key; row = rows.front()) {
    visit(*row);
    rows.pop();
  }
}

}  // namespace

const Point* BucketRows::whole() const {
  const auto found = std::find_if(trend.begin(), trend.end(), [](const Point& point) {
    return point.dimensions.all() && point.dimensions_problem.empty();
  });
  return found == trend.end() ? nullptr : &*found;
}

BucketStream::BucketStream(readmodel::Transaction& tx, const Uuid& project_id)
    : trend_(tx, project_id), breakdown_(tx, project_id), drilldown_(tx, project_id) {}

std::optional<BucketRows> BucketStream::next(const std::function<void(const readmodel::StoredDrilldown&)>& entity) {
  std::optional<Key> least;
  for (auto& key : {key_of(trend_.front()), key_of(breakdown_.front()), key_of(drilldown_.front())})
    if (key && (!least || *key < *least)) least = key;
  if (!least) return std::nullopt;
  BucketRows rows{least->metric, find_metric(least->metric), least->grain, least->bucket, {}, {}, 0, {}};
  take(trend_, *least, [&](const auto& row) { rows.trend.push_back(to_point(row)); });
  take(breakdown_, *least, [&](const auto& row) { rows.breakdown.push_back(to_point(row)); });
  take(drilldown_, *least, [&](const auto& row) {
    ++rows.entities;
    if (const auto value = number(Json::parse(row.payload, nullptr, false), "value"))
      rows.entity_values.push_back(*value);
    entity(row);
  });
  return rows;
}

}  // namespace tidemark::conformance
