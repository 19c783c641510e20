#include "contracts/schema.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

using namespace tidemark;
using nlohmann::json;

namespace {

const json kEntry = json::parse(R"({"value": 3, "by_priority": {"P0": 1, "P1": 0, "P2": 0, "P3": 2}})");

std::vector<SchemaViolation> check(const json& document) {
  return schema_violations("value_json/active_value_delivery_rate", document);
}

}  // namespace

TEST_CASE("a document that is what the schema says has no violation") {
  CHECK(check(kEntry).empty());
  CHECK(schema_violations("scope", json::object()).empty());
  CHECK(schema_violations("dimensions", {{"phase", "Build"}}).empty());
}

TEST_CASE("a violation is told at its place") {
  auto document = kEntry;
  document["by_priority"]["P1"] = -1;
  auto violations = check(document);
  REQUIRE(violations.size() == 1);
  CHECK(violations.front().at == "/by_priority/P1");

  document = kEntry;
  document["value"] = "3";
  violations = check(document);
  REQUIRE_FALSE(violations.empty());
  CHECK(violations.front().at == "/value");

  document = kEntry;
  document["by_priority"].erase("P3");
  violations = check(document);
  REQUIRE(violations.size() == 1);
  CHECK(violations.front().at == "/by_priority");
  CHECK_THAT(violations.front().problem, tests::contains_text("P3"));

  document = kEntry;
  document["surprise"] = 1;
  CHECK(check(document).size() == 1);
  CHECK(check(json::array()).size() == 1);
  CHECK(check(nullptr).size() == 1);
}

TEST_CASE("a whole number is an integer however it is written") {
  auto document = kEntry;
  document["by_priority"]["P1"] = 2.0;
  CHECK(check(document).empty());
  document["by_priority"]["P1"] = 2.5;
  REQUIRE(check(document).size() == 1);
  CHECK(check(document).front().at == "/by_priority/P1");
}

TEST_CASE("members that look like paths are escaped in the pointer") {
  const json answer{{"count", 1},
                    {"by_class", {{"a/b~c", 0}}},
                    {"state", {{"v", 2}, {"c", {{"n", 1}}}, {"g", {{"class", {{"a/b~c", 1}}}}}}}};
  const auto violations = schema_violations("value_json/arrivals", answer);
  REQUIRE(violations.size() == 1);
  CHECK(violations.front().at == "/by_class/a~1b~0c");
}

TEST_CASE("a part shared between files is checked through its reference") {
  json point{{"p50_minutes", 1}, {"p85_minutes", 1}, {"sample_size", 1}};
  point["state"] = {
      {"v", 2},
      {"d", {{"value", {{"n", 1}, {"sum", "60"}, {"squares", "3600"}, {"min", 60}, {"max", 60}, {"raw", {60}}}}}}};
  CHECK(schema_violations("value_json/time_in_state", point).empty());
  point["confidence_interval"] = {{"lower", 1}};
  CHECK(schema_violations("value_json/time_in_state", point).front().at == "/confidence_interval");
  point.erase("confidence_interval");
  point["state"]["d"]["value"]["raw"] = {1.5};
  const auto violations = schema_violations("value_json/time_in_state", point);  // of each form that it could be of
  CHECK(std::any_of(violations.begin(), violations.end(), [](auto& v) { return v.at == "/state/d/value/raw/0"; }));
  point["state"]["d"]["value"]["raw"] = {60};
  REQUIRE(schema_violations("value_json/time_in_state", point).empty());
  point["state"]["v"] = 1;
  CHECK_FALSE(schema_violations("value_json/time_in_state", point).empty());
}

TEST_CASE("a schema that does not exist is a programmer error that names its file") {
  CHECK_THROWS_AS(schema_violations("value_json/leed_time", kEntry), std::logic_error);
  CHECK_THROWS_WITH(schema_violations("nothing", kEntry),
                    "contracts/schemas/nothing.schema.json: there is no such schema");
  CHECK(find_schema("nothing") == nullptr);
}

TEST_CASE("every schema can be read, and refuses what is of no shape at all") {
  for (const auto& schema : all_schemas()) {
    const std::string name{schema.name};
    INFO(name);
    REQUIRE(find_schema(name) != nullptr);
    if (name.starts_with("defs/")) continue;  // shared pieces, no shape of their own
    CHECK_FALSE(schema_violations(name, json("text")).empty());
    CHECK_FALSE(schema_violations(name, {{"no such member", 1}}).empty());
  }
}

TEST_CASE("documents are validated in several threads at once") {
  std::vector<std::thread> threads;
  std::array<std::size_t, 4> wrong{};
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      auto broken = kEntry;
      broken["value"] = -1;
      for (int i = 0; i < 200; ++i) {
        if (!check(kEntry).empty()) ++wrong[t];
        if (check(broken).size() != 1) ++wrong[t];
        if (!schema_violations("scope", {{"milestone", "M" + std::to_string(i)}}).empty()) ++wrong[t];
      }
    });
  for (auto& thread : threads) thread.join();
  for (const auto count : wrong) CHECK(count == 0);
}
