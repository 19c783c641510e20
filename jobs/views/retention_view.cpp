#include "jobs/views/retention_view.hpp"

#include <algorithm>

#include "jobs/views/parameters.hpp"
#include "readmodel/floor_store.hpp"

namespace tidemark::views {
namespace {

bool has_rows(const Metric& metric, KeptRows rows) {
  if (rows == KeptRows::breakdown) return !metric.breakdown_dimensions.empty();
  if (rows == KeptRows::drilldown) return metric.drilldown.has_value();
  return std::any_of(metric.grains.begin(), metric.grains.end(), [&](Grain grain) { return kept_rows(grain) == rows; });
}

// The end of what goes together with the row whose bucket starts there: hours and days go by weeks.
Instant end_of_compacted(KeptRows rows, Instant bucket) {
  switch (rows) {
    case KeptRows::trend_hour:
    case KeptRows::trend_day:
    case KeptRows::trend_week: return iso_week_end(bucket);
    case KeptRows::trend_month: return bucket_end(Grain::month, bucket);
    case KeptRows::breakdown:
    case KeptRows::drilldown: break;
  }
  return bucket_start(Grain::day, bucket) + kDay;
}

Json optional_instant(const std::optional<Instant>& instant) {
  return instant ? Json(format_instant(*instant)) : Json(nullptr);
}

}  // namespace

Retained read_retained(readmodel::Session& session, const std::string& project, const std::string& metric,
                       const jobs::RetentionInForce& in_force) {
  const Metric& known = require_metric(metric);
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto header = readmodel::find_project(tx, project);
  Retained retained{header.id, header.name, &known, readmodel::newest_as_of(tx, header.id), {}, {}};
  const auto floors = readmodel::read_floors(tx, header.id);
  const auto found = floors.find(known.key);
  const MetricFloors floor = found == floors.end() ? MetricFloors{} : found->second;
  retained.left_weeks = floor.left_weeks;
  for (const KeptRows rows : kKeptRows) {
    if (!has_rows(known, rows)) continue;
    RetainedRows kept{rows, in_force.of(known.key, rows), std::nullopt, {}, std::nullopt};
    if (floor.of(rows) != Instant::min()) kept.floor = floor.of(rows);
    kept.standing = readmodel::describe_rows(tx, header.id, known.key, rows);
    if (kept.standing.first && kept.kept.days)
      kept.oldest_goes = end_of_compacted(rows, *kept.standing.first) + *kept.kept.days * kDay;
    retained.rows.push_back(std::move(kept));
  }
  return retained;
}

Json retained_json(const Retained& retained) {
  Json json{{"project_id", to_string(retained.project_id)},
            {"project", retained.project},
            {"metric", retained.metric->key},
            {"as_of", optional_instant(retained.as_of)}};
  json["rows"] = Json::array();
  for (const auto& rows : retained.rows)
    json["rows"].push_back({{"rows", jobs::to_string(rows.rows)},
                            {"days", rows.kept.days ? Json(*rows.kept.days) : Json("forever")},
                            {"origin", rows.kept.origin},
                            {"floor", optional_instant(rows.floor)},
                            {"count", rows.standing.rows},
                            {"first", optional_instant(rows.standing.first)},
                            {"last", optional_instant(rows.standing.last)},
                            {"oldest_goes_at", optional_instant(rows.oldest_goes)}});
  json["left_weeks"] = Json::array();
  for (const Instant week : retained.left_weeks) json["left_weeks"].push_back(format_instant(week));
  return json;
}

}  // namespace tidemark::views
