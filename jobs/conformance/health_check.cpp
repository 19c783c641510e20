#include "jobs/conformance/health_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tidemark::conformance {
namespace {

constexpr std::string_view kHealth = "health_at_a_glance";
constexpr std::string_view kQuality = "quality_gate_score";

// Of equal ones the first limits.
constexpr std::array<std::string_view, 4> kComponents{"delivery_predictability_index", "flow_efficiency_score",
                                                      "integration_reliability_score", kQuality};

}  // namespace

void HealthCheck::add(const Point& point) {
  if (point.metric == nullptr || !point.dimensions.all() || !point.row.grain || !point.row.bucket || !point.row.numeric)
    return;
  const auto key = point.metric->key;
  if (key != kHealth && std::find(kComponents.begin(), kComponents.end(), key) == kComponents.end()) return;
  Scores& scores = buckets_[{*point.row.grain, *point.row.bucket}];
  if (key != kHealth) {
    scores.components.emplace(key, *point.row.numeric);
    if (scores.where.empty()) scores.where = point.where();
    return;
  }
  scores.where = point.where();
  scores.health = point.row.numeric;
  if (const auto quality = number(point.json, kQuality)) scores.components.emplace(kQuality, *quality);
  const Json& limiting = member(point.json, "limiting_component");
  if (limiting.is_string()) scores.limiting = limiting.get<std::string>();
}

void HealthCheck::finish(Report& report) const {
  for (const auto& [bucket, scores] : buckets_) {
    report.count(Check::health);
    std::optional<double> lowest;
    std::string_view limiting;
    for (const auto name : kComponents) {
      const auto found = scores.components.find(name);
      if (found == scores.components.end() || (lowest && found->second >= *lowest)) continue;
      lowest = found->second;
      limiting = name;
    }
    if (!agree(scores.health, lowest))
      report.add(Check::health, scores.where,
                 fmt::format("health is {}, its lowest component {}", text_of(scores.health), text_of(lowest)));
    else if (scores.limiting != limiting)
      report.add(Check::health, scores.where,
                 fmt::format("limiting_component is {}, expected {}", scores.limiting, limiting));
  }
}

}  // namespace tidemark::conformance
