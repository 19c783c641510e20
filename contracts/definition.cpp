#include "contracts/definition.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "contracts/json_text.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {
namespace {

// Raised by hand whenever what all formulas rest on (timelines, windows, buckets, dimension values, the stored form)
// gives something else for the same sources. What concerns one metric is its entry's `revision`.
constexpr int kSharedRevision = 2;

constexpr std::size_t kHexDigits = 16;

}  // namespace

std::string definition_hash(const Metric& metric) {
  std::string text;
  const auto add = [&](std::string_view part) { text += string_text(part) + ','; };
  add(std::to_string(kSharedRevision));
  add(std::to_string(metric.revision));
  for (const auto part : {metric.key, metric.unit, to_string(metric.kind), to_string(metric.headline)}) add(part);
  add(metric.count_field);
  for (const auto grain : metric.grains) add(to_string(grain));
  text += ';';
  for (const auto dimension : metric.trend_dimensions) add(dimension);
  add(metric.undivided ? "undivided" : "");
  for (const auto& dimension : metric.breakdown_dimensions) add(dimension.name);
  text += ';';
  if (metric.drilldown) {
    add(metric.drilldown->entity_type);
    add(metric.drilldown->unit);
  }
  return sha256_hex(text, kHexDigits);
}

namespace {

std::string family_hash(MetricFamily family) {
  std::map<std::string_view, std::string> by_metric;
  for (const auto& metric : all_metrics())
    if (metric.family == family) by_metric[metric.key] = definition_hash(metric);
  std::string text{to_string(family)};
  for (const auto& [key, hash] : by_metric) text += '\n' + std::string{key} + ' ' + hash;
  return sha256_hex(text, kHexDigits);
}

}  // namespace

std::string definition_hash(MetricFamily family) {
  // Asked for several times per project of a refresh, and the same as long as the program runs.
  static const std::map<MetricFamily, std::string> hashes = [] {
    std::map<MetricFamily, std::string> all;
    for (const auto each : kMetricFamilies) all[each] = family_hash(each);
    return all;
  }();
  return hashes.at(family);
}

int freshness_minutes(MetricFamily family) {
  int strictest = std::numeric_limits<int>::max();
  for (const auto& metric : all_metrics())
    if (metric.family == family) strictest = std::min(strictest, metric.freshness_minutes);
  return strictest;
}

MetricFamily family_of(std::string_view metric_key) {
  const auto* metric = find_metric(metric_key);
  return metric == nullptr ? MetricFamily::operational : metric->family;
}

}  // namespace tidemark
