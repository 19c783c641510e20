// A metric stands in several places: each test here fails where one of them is forgotten.
#include "contracts/catalogue.hpp"

#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "contracts/schema.hpp"
#include "support/catch.hpp"
#include "support/source_tree.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using nlohmann::json;

namespace {

std::set<std::string> catalogue_keys() {
  std::set<std::string> keys;
  for (const auto& metric : all_metrics()) keys.emplace(metric.key);
  return keys;
}

// The stems of a folder's files with that ending, which begins with a dot.
std::set<std::string> stems_in(const std::string& folder, const std::string& ending) {
  std::set<std::string> stems;
  for (const auto& file : files_below(source_root() / folder, ending.substr(ending.rfind('.'))))
    if (const auto name = file.filename().string(); name.ends_with(ending))
      stems.insert(name.substr(0, name.size() - ending.size()));
  return stems;
}

constexpr std::string_view kBegin = "<!-- catalogue: begin -->\n";
constexpr std::string_view kEnd = "<!-- catalogue: end -->\n";

std::string unit_text(const Metric& metric) {
  return metric.unit == "tasks" || metric.unit == "decisions" || metric.unit == "change sets" ||
                 metric.unit == "weighted tasks per day"
             ? ""
             : " (" + std::string{metric.unit} + ")";
}

// The names; the attributes of a task as one word.
template <typename Names>
std::string dimensions_text(const Names& names, std::string_view task) {
  const std::set<std::string> of_task{"phase", "milestone", "assignee", "task_class"};
  std::string text;
  for (const auto& name : names) {
    const std::string shown = of_task.contains(std::string{name}) ? std::string{task} : std::string{name};
    if (!shown.empty() && text.find(shown) == std::string::npos) text += (text.empty() ? "" : ", ") + shown;
  }
  return text.empty() ? "–" : text;
}

// The catalogue as docs/metrics.md shows it.
std::string catalogue_table() {
  std::string table =
      "| key | kind | value (unit) | grains | trend dimensions | breakdown dimensions besides | drilldown |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& metric : all_metrics()) {
    std::string grains;
    for (const auto grain : metric.grains) grains += (grains.empty() ? "" : " ") + std::string(1, to_string(grain)[0]);
    std::vector<std::string> besides;
    for (const auto& dimension : metric.breakdown_dimensions)
      if (!metric.splits_trend_by(dimension.name)) besides.emplace_back(dimension.name);
    table += "| " + std::string{metric.key} + " | " + std::string{to_string(metric.kind)} + " | " +
             std::string{metric.description} + unit_text(metric) + " | " + grains + " | " +
             dimensions_text(metric.trend_dimensions, "task") + (metric.undivided ? "" : " only") + " | " +
             dimensions_text(besides, "") + " | " +
             (metric.drilldown ? std::string{metric.drilldown->entity_type} : "–") + " |\n";
  }
  return table;
}

}  // namespace

TEST_CASE("every metric has one file in compute, one in the catalogue, one schema") {
  const auto keys = catalogue_keys();
  CHECK(stems_in("compute/metrics", ".cpp") == keys);
  CHECK(stems_in("contracts/catalogue", ".json") == keys);
  CHECK(stems_in("contracts/schemas/value_json", ".schema.json") == keys);
}

TEST_CASE("every metric with a drilldown has a schema of its payload") {
  std::set<std::string> keys;
  for (const auto& metric : all_metrics())
    if (metric.drilldown) keys.emplace(metric.key);
  CHECK(stems_in("contracts/schemas/drilldown_payload", ".schema.json") == keys);
}

TEST_CASE("every catalogue file is an entry") {
  for (const auto& file : files_below(source_root() / "contracts/catalogue", ".json")) {
    INFO(file);
    for (const auto& violation : schema_violations("catalogue_entry", json::parse(text_of(file))))
      FAIL_CHECK(violation.at << ": " << violation.problem);
  }
}

TEST_CASE("docs/metrics.md shows the catalogue") {
  const auto page = text_of(source_root() / "docs/metrics.md");
  const auto begin = page.find(kBegin);
  const auto end = page.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto shown = page.substr(begin + kBegin.size(), end - begin - kBegin.size());
  if (shown == catalogue_table()) return;
  std::cout << catalogue_table();  // as it is: a failed check's message would be wrapped
  FAIL("between the two marks of docs/metrics.md belongs the table that is printed above");
}

TEST_CASE("OpenAPI lists the metrics, and the dimensions that a trend may have") {
  const auto document = openapi_document();
  CHECK(document["components"]["parameters"]["metric"]["schema"]["enum"].get<std::set<std::string>>() ==
        catalogue_keys());
  std::set<std::string> dimensions;
  for (const auto& metric : all_metrics())
    dimensions.insert(metric.trend_dimensions.begin(), metric.trend_dimensions.end());
  std::set<std::string> declared;
  const auto schema = json::parse(find_schema("dimensions")->text);
  for (const auto& [name, property] : schema.at("properties").items()) declared.insert(name);
  CHECK(declared == dimensions);
}
