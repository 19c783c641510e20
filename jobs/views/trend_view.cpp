#include "jobs/views/trend_view.hpp"

namespace tidemark::views {
namespace {

Json metadata_of(const Metric& metric, const PointValue& value) {
  Json metadata = Json::object();
  const auto stored = Json::parse(value.json, nullptr, false);
  if (!stored.is_object()) return metadata;
  const auto sample = stored.find(stored.contains("sample_size") ? "sample_size" : std::string{metric.count_field});
  if (sample != stored.end() && sample->is_number()) metadata["sample_size"] = *sample;
  const auto interval = stored.find("confidence_interval");
  if (interval != stored.end() && interval->is_object()) {
    Json bounds = Json::object();
    for (const char* side : {"lower", "upper"})
      if (interval->contains(side) && interval->at(side).is_number())
        bounds[side] = rounded(interval->at(side).get<double>(), metric.unit);
    metadata["confidence_interval"] = std::move(bounds);
  }
  for (const char* mark : {"approximate", "partial"})
    if (stored.contains(mark)) metadata[mark] = stored.at(mark);
  return metadata;
}

}  // namespace

Json trend_view(const TrendAnswer& answer) {
  const Metric& metric = *answer.metric;
  Json data = Json::array();
  for (const auto& [point, filled] : answer.points) {
    Json dimensions = Json::object();
    if (!point.dimensions.all()) dimensions[point.dimensions.name] = point.dimensions.value;
    data.push_back({{"timestamp", format_instant(point.bucket)},
                    {"value", point.value.numeric ? rounded(*point.value.numeric, metric.unit) : Json(nullptr)},
                    {"dimensions", std::move(dimensions)},
                    {"metadata", metadata_of(metric, point.value)}});
    if (filled) data.back()["metadata"]["filled"] = true;
  }
  Json json = answer_head(answer.project_id);
  json["metric"] = std::string{metric.key};
  json["unit"] = std::string{metric.unit};
  json["granularity"] = std::string{to_string(answer.grain)};
  json["start_date"] = answer.start_date;
  json["end_date"] = answer.end_date;
  json["data"] = std::move(data);
  return json;
}

}  // namespace tidemark::views
