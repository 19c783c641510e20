// Mapping files: what they say, and that a slip in one is named with its line.
#include "jobs/import/mapping.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "contracts/error.hpp"
#include "jobs/import/log_columns.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using tidemark::tests::contains_text;

namespace {

constexpr const char* kWhole = R"([log]
name = "desk"
time_format = "iso"
null = ["?", "-"]
[columns]
task = "id"
at = "time"
state = "state"
title = ["what", "where"]
[states]
"New" = "ready"
"Waiting" = { state = "blocked", reason = "vendor" }
"Done" = "integrated"
[priorities]
"high" = 10
[gate]
type = "review"
submitted = "implemented"
approved = ["integrated"]
)";

Mapping mapping_of(const std::string& text) {
  std::string path = "/tmp/tidemark-mapping-XXXXXX";
  const int file = ::mkstemp(path.data());
  REQUIRE(file >= 0);
  ::close(file);
  std::ofstream{path} << text;
  struct Remove {
    std::string path;
    ~Remove() { std::filesystem::remove(path); }
  } remove{path};
  return read_mapping(path);
}

// kWhole with `part` replaced.
Mapping changed(const std::string& part, const std::string& by) {
  std::string text = kWhole;
  text.replace(text.find(part), part.size(), by);
  return mapping_of(text);
}

}  // namespace

TEST_CASE("a mapping says what it says") {
  const Mapping mapping = mapping_of(kWhole);
  CHECK(mapping.name == "desk");
  CHECK(mapping.default_project == "desk");
  CHECK(mapping.format.text.delimiter == ',');
  CHECK(mapping.format.null_tokens.count("?") == 1);
  CHECK(mapping.columns.title == std::vector<std::string>{"what", "where"});
  CHECK_FALSE(mapping.columns.sequence.has_value());
  const auto& waiting = mapping.states.find("Waiting")->second;
  CHECK(waiting.state == TaskState::blocked);
  CHECK(waiting.reason == "vendor");
  CHECK(waiting.rank == 1);  // the order of the file, not of the alphabet
  CHECK(mapping.states.find("Done")->second.rank == 2);
  CHECK(mapping.priorities.find("high")->second == 10);
  REQUIRE(mapping.rules.gate.has_value());
  CHECK(mapping.rules.gate->opens[static_cast<std::size_t>(TaskState::implemented)]);
  CHECK_FALSE(mapping.rules.integration.has_value());
}

TEST_CASE("the sample's mapping is valid") {
  const Mapping mapping = read_mapping(TIDEMARK_SOURCE_DIR "/docs/sample-data/service-desk.toml");
  CHECK(mapping.states.size() == 8);
  CHECK(mapping.default_project == "Uncategorised");
}

TEST_CASE("a slip in a mapping is named with its line and the remedy") {
  CHECK_THROWS_WITH(changed("title =", "titel ="),
                    contains_text(":9: there is no \"titel\" in [columns]; did you mean \"title\"?"));
  CHECK_THROWS_WITH(changed("[states]", "[status]"),
                    contains_text("there is no \"status\" in the mapping; did you mean \"states\"?"));
  CHECK_THROWS_WITH(changed("\"ready\"", "\"redy\""),
                    contains_text(":11: \"redy\" is not a task state; the states are backlog"));
  CHECK_THROWS_WITH(changed("10", "\"urgent\""), contains_text("the priority \"high\" must be a whole number"));
  CHECK_THROWS_WITH(changed("at = \"time\"\n", ""), contains_text("[columns] has no \"at\""));
  CHECK_THROWS_WITH(changed("time_format = \"iso\"\n", ""), contains_text("[log] has no \"time_format\""));
  CHECK_THROWS_WITH(changed("name = \"desk\"", "name = \"desk\"\ndelimiter = \"::\""),
                    contains_text("delimiter must be one ASCII character"));
  CHECK_THROWS_WITH(changed("approved =", "approved = [\"integrated\"]\nrejected ="),
                    contains_text("a state has one meaning"));
  CHECK_THROWS_WITH(changed("[gate]", "[gate"), contains_text("not valid TOML"));
  CHECK_THROWS_WITH(read_mapping("/nowhere/mapping.toml"),
                    contains_text("cannot read the mapping /nowhere/mapping.toml"));
}

TEST_CASE("a column that the log lacks is named with those that it has") {
  const Mapping mapping = mapping_of(kWhole);
  const auto places = find_columns(mapping, {"where ", "id", "time", "state", "what"});
  CHECK(places.task == 1);
  CHECK(places.title == std::vector<std::size_t>{4, 0});
  CHECK_THROWS_WITH(
      find_columns(mapping, {"id", "time", "State", "what", "where"}),
      contains_text("no column \"state\", which the mapping names for state (did you mean \"State\"?); its "
                    "columns are id, time, State, what, where"));
  CHECK_THROWS_WITH(find_columns(mapping, {"id", "time", "state", "id", "what", "where"}),
                    contains_text("two columns \"id\""));
}

TEST_CASE("the columns of a log without a header have numbers") {
  Mapping mapping = mapping_of(kWhole);
  mapping.format.header = Header::none;
  mapping.columns.task = "2";
  mapping.columns.at = "1";
  mapping.columns.state = "3";
  mapping.columns.title.clear();
  const auto places = find_columns(mapping, {"2016", "T1", "New"});
  CHECK(places.task == 1);
  CHECK(places.count == 3);
}
