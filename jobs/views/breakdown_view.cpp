#include "jobs/views/breakdown_view.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "contracts/comparison.hpp"
#include "contracts/retention.hpp"
#include "jobs/views/merge.hpp"

namespace tidemark::views {
namespace {

using Points = std::vector<const PointValue*>;

struct Item {
  std::string name;
  MergedValue now;
  std::optional<Comparison> change;  // nullopt: nothing to compare with
  double percentage = 0;
};

// What `points` of a window, each with its day, say together: events are merged, a level or rolling metric is its
// newest day's.
class Window {
 public:
  Window(const BreakdownAnswer& answer, DayWindow days) : answer_(answer), days_(days) {}

  bool counts(Instant bucket) const {
    if (answer_.metric->kind == MetricKind::event) return days_.holds(bucket);
    return bucket == days_.to - kDay;
  }
  MergedValue value_of(const Points& points) const {
    if (answer_.dimension->split != Split::numerator) return merge_values(*answer_.metric, points);
    double sum = 0;  // of counts; of a stage: the newest percentage, one point
    for (const auto* point : points) sum += point->numeric.value_or(0);
    return {sum, static_cast<std::int64_t>(std::llround(sum)), false};
  }
  std::map<std::string, MergedValue> values() const {
    std::map<std::string, Points> by_name;
    for (const auto& point : answer_.points)
      if (counts(point.bucket)) by_name[point.dimension_value].push_back(&point.value);
    std::map<std::string, MergedValue> values;
    for (const auto& [name, points] : by_name) values.emplace(name, value_of(points));
    return values;
  }
  MergedValue total() const {
    Points points;
    for (const auto& point : answer_.totals)
      if (counts(point.bucket)) points.push_back(&point.value);
    return points.empty() ? MergedValue{} : merge_values(*answer_.metric, points);
  }

 private:
  const BreakdownAnswer& answer_;
  DayWindow days_;
};

void add_percentages(std::vector<Item>& items, Split split, const MergedValue& total) {
  if (split == Split::overlapping) {
    for (auto& item : items)
      if (total.count > 0)
        item.percentage = 100 * static_cast<double>(item.now.count) / static_cast<double>(total.count);
    return;
  }
  std::vector<double> weights;
  for (const auto& item : items)
    weights.push_back(split == Split::partition ? static_cast<double>(item.now.count)
                                                : std::max(0.0, item.now.value.value_or(0)));
  const auto shares = percentages(weights);
  for (std::size_t i = 0; i < items.size(); ++i) items[i].percentage = shares[i];
}

Json item_json(const Item& item, const BreakdownAnswer& answer) {
  const bool is_stage = answer.dimension->name == "stage";
  const bool is_count = answer.dimension->split == Split::numerator && !is_stage;
  Json json{{"dimension_value", item.name}};
  add_rounded(json, "value", item.now.value, is_count ? "count" : answer.metric->unit);
  json["percentage"] = rounded(std::clamp(item.percentage, 0.0, 100.0), 1);
  if (!is_stage) json["count"] = item.now.count;
  if (item.now.approximate) json["approximate"] = true;
  if (item.change) {
    json["trend"] = {{"direction", std::string{item.change->direction}}};
    if (item.change->change_pct) json["trend"]["change_pct"] = rounded(*item.change->change_pct, 2);
  }
  return json;
}

}  // namespace

DayWindow current_window(const BreakdownRange& range, Instant as_of) {
  const Instant end = bucket_end(Grain::day, bucket_start(Grain::day, as_of));
  return {end - range.days * kDay, end};
}

std::optional<DayWindow> previous_window(const BreakdownRange& range, Instant as_of) {
  const auto current = current_window(range, as_of);
  const DayWindow previous{current.from - range.days * kDay, current.from};
  const bool expired = previous.from + kDay <= as_of - RetentionDays{}.breakdown * kDay;
  return expired ? std::nullopt : std::optional{previous};
}

Json breakdown_view(const BreakdownAnswer& answer) {
  const Split split = answer.dimension->split;
  const Window window{answer, current_window(answer.range, answer.as_of)};
  const auto before = previous_window(answer.range, answer.as_of);
  const auto values_before = before ? Window{answer, *before}.values() : std::map<std::string, MergedValue>{};

  std::vector<Item> items;
  for (const auto& [name, value] : window.values()) {
    items.push_back({name, value, std::nullopt, 0});
    if (!before || !value.value) continue;
    const auto earlier = values_before.find(name);
    items.back().change = compare(*value.value, earlier == values_before.end() ? std::nullopt : earlier->second.value);
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.now.value > b.now.value; });

  auto total = window.total();
  add_percentages(items, split, total);
  if (answer.dimension->additive()) {
    total.value = 0;
    for (const auto& item : items) *total.value += item.now.value.value_or(0);
  }

  if (answer.only) std::erase_if(items, [&](const Item& item) { return item.name != *answer.only; });

  Json json = answer_head(answer.project_id);
  json["metric"] = std::string{answer.metric->key};
  json["dimension"] = std::string{answer.dimension->name};
  json["time_range"] = std::string{answer.range.name};
  add_rounded(json, "total", total.value, answer.dimension->additive() ? "count" : answer.metric->unit);
  Json breakdown = Json::array();
  for (const auto& item : items) breakdown.push_back(item_json(item, answer));
  json["breakdown"] = std::move(breakdown);
  return json;
}

}  // namespace tidemark::views
