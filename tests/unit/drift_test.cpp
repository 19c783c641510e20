// What compute writes is what the schemas promise, and the other way round. Spec: product, promise 5.
#include <algorithm>
#include <map>
#include <set>

#include "contracts/catalogue.hpp"
#include "contracts/schema.hpp"
#include "support/rich_history.hpp"
#include "support/schema_members.hpp"
#include "support/week_rows.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using nlohmann::json;

namespace {

const ProjectRows& rich_rows() {
  static const ProjectRows rows = rich_history().compute(kRichAsOf);
  return rows;
}

std::vector<SummaryRow> rich_summaries() {
  return compute::compute_summaries(rich_history().sources, {at(kRichAsOf), at("2030-01-01"), {}},
                                    compute::Slot::first_of_day);
}

// Every stored document of the history, by the name of its schema.
std::multimap<std::string, json> stored_documents() {
  std::multimap<std::string, json> documents;
  const auto add = [&](const std::string& schema, const std::string& text) {
    documents.emplace(schema, json::parse(text));
  };
  const auto& rows = rich_rows();
  for (const auto& row : rows.trend) {
    add("value_json/" + row.metric_key, row.value.json);
    add("dimensions", row.dimensions.stored_form());
  }
  for (const auto& row : rows.breakdown) add("value_json/" + row.metric_key, row.value.json);
  for (const auto& row : rows.drilldown) {
    add("drilldown_payload/" + row.metric_key, row.payload);
    add("drilldown_payload", row.payload);
  }
  // What compaction writes: weeks made of their days.
  const auto later = at(kRichAsOf) + kWeek;
  const auto rows_of_later = rich_history().compute(format_instant(later));
  for (const auto& [key, week] : whole_weeks(rows_of_later.trend, later)) {
    const auto& [metric, dimensions, start] = key;
    if (const auto point = compute::merge_points(*find_metric(metric), dimensions.name, week.days, start))
      add("value_json/" + metric, point->json);
  }
  for (const auto& row : rich_summaries()) {
    add("summary_payload", row.payload);
    add("scope", row.scope);
  }
  return documents;
}

std::string listed(const Members& members) {
  std::string text;
  for (const auto& member : members) text += " " + member;
  return text;
}

}  // namespace

TEST_CASE("every stored document of a rich history validates") {
  const auto documents = stored_documents();
  CHECK(documents.size() > 4000);
  for (const auto& [schema, document] : documents)
    for (const auto& violation : schema_violations(schema, document)) {
      INFO(schema << " " << document.dump());
      FAIL_CHECK(violation.at << ": " << violation.problem);
    }
}

TEST_CASE("no schema of what is stored promises a member that is never written") {
  const auto documents = stored_documents();
  for (const auto& schema : all_schemas()) {
    const std::string name{schema.name};
    const bool stored = name.starts_with("value_json/") || name.starts_with("drilldown_payload") ||
                        name == "dimensions" || name == "scope" || name == "summary_payload";
    if (!stored) continue;
    auto unwritten = declared_members(name);
    const auto [begin, end] = documents.equal_range(name);
    for (auto i = begin; i != end; ++i) strike_members(i->second, "", unwritten);
    INFO(name << " declares" << listed(unwritten));
    CHECK(unwritten.empty());
  }
}

TEST_CASE("a metric's grains and dimensions are those of its rows") {
  std::map<std::string, std::set<std::string>> grains, trend, breakdown;
  std::set<std::string> undivided;
  std::map<std::string, std::set<std::string>> drilldown;
  for (const auto& row : rich_rows().trend) {
    grains[row.metric_key].emplace(to_string(row.grain));
    if (row.dimensions.all())
      undivided.insert(row.metric_key);
    else
      trend[row.metric_key].insert(row.dimensions.name);
  }
  for (const auto& row : rich_rows().breakdown) breakdown[row.metric_key].insert(row.dimension_key);
  for (const auto& row : rich_rows().drilldown) drilldown[row.metric_key].insert(row.entity_type);
  for (const auto& metric : all_metrics()) {
    const std::string key{metric.key};
    INFO(key);
    std::set<std::string> declared;
    for (const auto grain : metric.grains) declared.emplace(to_string(grain));
    CHECK(grains[key] == declared);
    CHECK(trend[key] == std::set<std::string>(metric.trend_dimensions.begin(), metric.trend_dimensions.end()));
    declared.clear();
    for (const auto& dimension : metric.breakdown_dimensions) declared.emplace(dimension.name);
    CHECK(breakdown[key] == declared);
    CHECK(undivided.contains(key) == metric.undivided);
    declared.clear();
    if (metric.drilldown) declared.emplace(metric.drilldown->entity_type);
    CHECK(drilldown[key] == declared);
  }
  for (const auto& [key, ignored] : grains) {
    INFO(key);
    CHECK(find_metric(key) != nullptr);
  }
}

TEST_CASE("the fields that the catalogue names are members of the points") {
  for (const auto& metric : all_metrics()) {
    const auto members = declared_members("value_json/" + std::string{metric.key});
    INFO(std::string{metric.key});
    if (!metric.count_field.empty()) CHECK(members.contains("/" + std::string{metric.count_field}));
    if (metric.thresholds && !metric.thresholds->field.empty()) CHECK(members.contains("/" + metric.thresholds->field));
    CHECK(members.contains("/state") == (metric.kind == MetricKind::event));
  }
}
