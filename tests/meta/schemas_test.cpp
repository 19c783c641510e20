// The schemas keep to what every validator reads in the same way, and OpenAPI to the schemas.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "contracts/schema.hpp"
#include "support/catch.hpp"
#include "support/source_tree.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using nlohmann::json;

namespace {

constexpr const char* kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr const char* kBase = "https://schemas.tidemark.example/1.0/";

// Keywords that mean the same in 2020-12 and in draft 7, which the validator in the program speaks. Not among them, for
// instance: prefixItems, unevaluatedProperties, dependentRequired, format (asserted by one, not by the other).
const std::set<std::string> kKeywords{
    "$schema", "$id",        "$ref",        "$defs",         "title",         "description",
    "type",    "properties", "required",    "enum",          "const",         "minimum",
    "maximum", "pattern",    "minLength",   "maxLength",     "items",         "minItems",
    "anyOf",   "maxItems",   "uniqueItems", "minProperties", "maxProperties", "additionalProperties"};

void check_schema(const json& node, const std::string& where) {
  INFO(where);
  REQUIRE(node.is_object());
  for (const auto& [keyword, value] : node.items()) {
    INFO(keyword);
    CHECK(kKeywords.contains(keyword));
  }
  if (node.contains("$ref")) CHECK(node.size() == 1);  // draft 7 ignores what stands beside it
  if (node.contains("properties")) {
    CHECK(node.value("type", json{}) == "object");
    CHECK(node.value("additionalProperties", json{}) == false);
  }
  // An object without a list of its members says why, or says that it is empty.
  if (node.value("type", json{}) == "object" && !node.contains("properties") && node.value("maxProperties", 1) != 0)
    CHECK_THAT(node.value("description", std::string{}), contains_text("Open"));
  if (node.contains("pattern")) CHECK(node.at("pattern").get<std::string>().front() == '^');
  for (const char* map : {"properties", "$defs"})
    if (node.contains(map))
      for (const auto& [name, child] : node.at(map).items()) check_schema(child, where + "/" + map + "/" + name);
  for (const char* child : {"items", "additionalProperties"})
    if (node.contains(child) && node.at(child).is_object()) check_schema(node.at(child), where + "/" + child);
  if (node.contains("anyOf"))
    for (const auto& form : node.at("anyOf")) check_schema(form, where + "/anyOf");
}

// The response bodies' examples, with the schema of each.
void check_examples(const json& node, int& examples) {
  if (!node.is_structured()) return;
  if (node.is_object() && node.contains("example") && node.contains("schema") && node.at("schema").contains("$ref")) {
    std::string schema = node.at("schema").at("$ref");
    schema = schema.substr(std::string{"#/components/schemas/"}.size());
    std::replace(schema.begin(), schema.end(), '.', '/');
    INFO(schema);
    ++examples;
    for (const auto& violation : schema_violations(schema, node.at("example")))
      FAIL_CHECK(violation.at << ": " << violation.problem);
  }
  for (const auto& [name, child] : node.items()) check_examples(child, examples);
}

}  // namespace

TEST_CASE("schemas say their dialect and place, and keep to the common keywords") {
  for (const auto& schema : all_schemas()) {
    const auto document = json::parse(schema.text);
    const std::string name{schema.name};
    INFO(name);
    CHECK(document.value("$schema", "") == kDialect);
    CHECK(document.value("$id", "") == kBase + name + ".schema.json");
    CHECK_FALSE(document.value("title", "").empty());
    check_schema(document, name);
  }
}

TEST_CASE("the examples of OpenAPI are what their schemas say") {
  int examples = 0;
  check_examples(json(openapi_document()), examples);
  CHECK(examples >= 6);
}

TEST_CASE("one file knows the validator") {
  for (const char* folder : {"contracts", "compute", "migrations", "readmodel", "jobs"})
    for (const char* ending : {".cpp", ".hpp"})
      for (const auto& file : files_below(source_root() / folder, ending)) {
        INFO(file);
        CHECK((text_of(file).find("<valijson/") == std::string::npos || file.filename() == "schema.cpp"));
      }
}
