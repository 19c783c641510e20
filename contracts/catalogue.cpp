#include "contracts/catalogue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "contracts/catalogue_entry.hpp"
#include "contracts/catalogue_files.hpp"

namespace tidemark {
namespace {

// The parsed files, kept for the whole run: the metrics hold views of them.
const std::vector<nlohmann::json>& documents() {
  static const std::vector<nlohmann::json> parsed = [] {
    std::vector<nlohmann::json> list;
    for (const auto* file : catalogue_files::kAll) {
      list.push_back(nlohmann::json::parse(file->text, nullptr, false));
      if (list.back().is_discarded())
        throw std::logic_error("contracts/catalogue/" + std::string{file->name} + ".json: is not JSON");
    }
    return list;
  }();
  return parsed;
}

std::vector<Metric> read_catalogue() {
  std::vector<CatalogueEntry> entries;
  for (std::size_t i = 0; i < catalogue_files::kAll.size(); ++i) {
    const auto name = catalogue_files::kAll[i]->name;
    const std::string file = "contracts/catalogue/" + std::string{name} + ".json";
    entries.push_back(parse_catalogue_entry(file, documents()[i]));
    if (entries.back().metric.key != name) throw std::logic_error(file + ": key: is not the file's name");
  }
  std::sort(entries.begin(), entries.end(), [](const CatalogueEntry& a, const CatalogueEntry& b) {
    return std::tie(a.order, a.metric.key) < std::tie(b.order, b.metric.key);
  });
  std::vector<Metric> metrics;
  for (auto& entry : entries) metrics.push_back(std::move(entry.metric));
  return metrics;
}

}  // namespace

bool Metric::splits_trend_by(std::string_view dimension) const {
  return std::find(trend_dimensions.begin(), trend_dimensions.end(), dimension) != trend_dimensions.end();
}

const BreakdownDimension* Metric::breakdown_dimension(std::string_view name) const {
  const auto at = std::find_if(breakdown_dimensions.begin(), breakdown_dimensions.end(),
                               [&](const BreakdownDimension& dimension) { return dimension.name == name; });
  return at == breakdown_dimensions.end() ? nullptr : &*at;
}

const std::vector<Metric>& all_metrics() {
  static const std::vector<Metric> metrics = read_catalogue();
  return metrics;
}

const Metric* find_metric(std::string_view key) {
  const auto& metrics = all_metrics();
  const auto at = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) { return metric.key == key; });
  return at == metrics.end() ? nullptr : &*at;
}

Policies catalogue_policies() {
  Policies policies;
  for (const auto& metric : all_metrics()) policies.emplace(metric.key, policy_of(metric.retention));
  return policies;
}

std::string_view to_string(Domain domain) {
  switch (domain) {
    case Domain::delivery: return "delivery";
    case Domain::instances: return "instances";
    case Domain::energy: return "energy";
  }
  return "";
}

std::string_view to_string(MetricFamily family) {
  switch (family) {
    case MetricFamily::north_star: return "north_star";
    case MetricFamily::operational: return "operational";
  }
  return "";
}

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::event: return "event";
    case MetricKind::level: return "level";
    case MetricKind::rolling: return "rolling";
  }
  return "";
}

std::string_view to_string(Headline headline) {
  switch (headline) {
    case Headline::count: return "count";
    case Headline::median: return "median";
    case Headline::mean: return "mean";
    case Headline::ratio: return "ratio";
    case Headline::level: return "level";
    case Headline::score: return "score";
  }
  return "";
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::higher_is_better: return "higher_is_better";
    case Direction::lower_is_better: return "lower_is_better";
    case Direction::neutral: return "neutral";
  }
  return "";
}

std::string_view to_string(Split split) {
  switch (split) {
    case Split::additive: return "additive";
    case Split::partition: return "partition";
    case Split::overlapping: return "overlapping";
    case Split::numerator: return "numerator";
  }
  return "";
}

std::string_view to_string(AlertThresholds::Side side) {
  switch (side) {
    case AlertThresholds::Side::below: return "below";
    case AlertThresholds::Side::above: return "above";
  }
  return "";
}

}  // namespace tidemark
