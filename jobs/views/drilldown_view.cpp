#include "jobs/views/drilldown_view.hpp"

namespace tidemark::views {
namespace {

constexpr int kImpactPlaces = 4;

Json item_json(const readmodel::DrilldownItem& item, std::string_view unit) {
  const auto payload = Json::parse(item.payload, nullptr, false);
  Json json = Json::object();
  if (!payload.is_object()) return json;
  const auto copy = [&](const char* key) {
    if (payload.contains(key)) json[key] = payload.at(key);
  };
  copy("task_id");
  copy("task_title");
  if (payload.contains("value") && payload.at("value").is_number())
    json["value"] = rounded(payload.at("value").get<double>(), unit);
  copy("timestamp");
  json["entity_type"] = item.entity_type;
  copy("context");
  copy("contributing_factors");
  if (!json.contains("context")) json["context"] = Json::object();
  if (!json.contains("contributing_factors")) json["contributing_factors"] = Json::array();
  for (auto& factor : json["contributing_factors"])
    if (factor.is_object() && factor.contains("impact") && factor.at("impact").is_number())
      factor["impact"] = rounded(factor.at("impact").get<double>(), kImpactPlaces);
  return json;
}

}  // namespace

Json drilldown_view(const DrilldownAnswer& answer) {
  const auto unit = answer.metric->drilldown->unit;
  Json items = Json::array();
  for (const auto& item : answer.page.items) items.push_back(item_json(item, unit));

  Json json = answer_head(answer.project_id);
  json["metric"] = std::string{answer.metric->key};
  json["filters_applied"] = answer.filters;
  json["items"] = std::move(items);
  const auto shown = answer.offset + static_cast<std::int64_t>(answer.page.items.size());
  json["pagination"] = {{"total", answer.page.total},
                        {"limit", answer.limit},
                        {"offset", answer.offset},
                        {"has_more", shown < answer.page.total}};
  Json aggregation = Json::object();
  if (const auto& all = answer.page.aggregates) {
    aggregation = {{"sum", rounded(all->sum, unit)}, {"avg", rounded(all->avg, unit)}, {"min", rounded(all->min, unit)},
                   {"max", rounded(all->max, unit)}, {"p50", rounded(all->p50, unit)}, {"p90", rounded(all->p90, unit)},
                   {"p95", rounded(all->p95, unit)}};
  }
  json["aggregation"] = std::move(aggregation);
  return json;
}

}  // namespace tidemark::views
