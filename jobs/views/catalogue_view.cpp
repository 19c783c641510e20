#include "jobs/views/catalogue_view.hpp"

#include "contracts/rows.hpp"

namespace tidemark::views {
namespace {

// Thresholds as they are written: whole numbers as integers.
Json plain(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json thresholds_json(const AlertThresholds& thresholds) {
  Json json = Json::object();
  if (!thresholds.field.empty()) json["field"] = thresholds.field;
  json["side"] = to_string(thresholds.side);
  json["warning"] = plain(thresholds.warning);
  json["critical"] = plain(thresholds.critical);
  json["emergency"] = plain(thresholds.emergency);
  return json;
}

}  // namespace

Json catalogue_entry(const Metric& metric) {
  Json json{{"key", metric.key},
            {"title", metric.title},
            {"description", metric.description},
            {"unit", metric.unit},
            {"domain", to_string(metric.domain)},
            {"family", to_string(metric.family)},
            {"kind", to_string(metric.kind)},
            {"headline", to_string(metric.headline)},
            {"revision", metric.revision},
            {"direction", to_string(metric.direction)}};
  if (!metric.count_field.empty()) json["count_field"] = metric.count_field;
  json["grains"] = Json::array();
  for (const auto grain : metric.grains) json["grains"].push_back(to_string(grain));
  json["trend_dimensions"] = metric.trend_dimensions;
  json["undivided"] = metric.undivided;
  json["breakdown_dimensions"] = Json::array();
  for (const auto& dimension : metric.breakdown_dimensions)
    json["breakdown_dimensions"].push_back(
        {{"name", dimension.name}, {"split", to_string(dimension.split)}, {"additive", dimension.additive()}});
  if (metric.drilldown)
    json["drilldown"] = {{"entity_type", metric.drilldown->entity_type}, {"unit", metric.drilldown->unit}};
  json["freshness_minutes"] = metric.freshness_minutes;
  json["retention_days"] = {{"trend", metric.retention.trend},
                            {"breakdown", metric.retention.breakdown},
                            {"drilldown", metric.retention.drilldown}};
  if (metric.thresholds) json["alert_thresholds"] = thresholds_json(*metric.thresholds);
  return json;
}

Json catalogue_view() {
  Json metrics = Json::array();
  for (const auto& metric : all_metrics()) metrics.push_back(catalogue_entry(metric));
  return {{"version", std::string{kContractVersion}}, {"metrics", std::move(metrics)}};
}

}  // namespace tidemark::views
