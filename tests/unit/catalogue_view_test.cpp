// The catalogue as consumers and people see it.
#include "jobs/views/catalogue_view.hpp"

#include <sstream>

#include "contracts/schema.hpp"
#include "jobs/render/catalogue_screen.hpp"
#include "jobs/render/text.hpp"
#include "support/catch.hpp"
#include "support/source_tree.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

render::Terminal terminal_of(int width) {
  render::Terminal terminal;
  terminal.width = width;
  return terminal;
}

void check_width(const std::string& screen, int width) {
  std::istringstream lines{screen};
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(render::display_width(line) <= width);
  }
}

}  // namespace

TEST_CASE("the catalogue's answer validates, in reading order") {
  const auto answer = views::catalogue_view();
  for (const auto& violation : schema_violations("responses/catalogue", nlohmann::json(answer)))
    FAIL_CHECK(violation.at << ": " << violation.problem);
  REQUIRE(answer["metrics"].size() == all_metrics().size());
  CHECK(answer["metrics"].front()["key"] == "delivery_predictability_index");
}

TEST_CASE("an entry of the answer says what its file says, and which splits are additive") {
  for (const auto& file : files_below(source_root() / "contracts/catalogue", ".json")) {
    INFO(file);
    auto expected = nlohmann::json::parse(text_of(file));
    nlohmann::json entry = views::catalogue_entry(*find_metric(file.stem().string()));
    for (auto& dimension : entry["breakdown_dimensions"]) {
      const std::string split = dimension["split"];
      CHECK(dimension["additive"] == (split == "additive" || split == "numerator"));
      dimension.erase("additive");
    }
    expected.erase("order");
    CHECK(entry == expected);
  }
}

TEST_CASE("the list holds every key whole in 80 columns") {
  for (const int width : {80, 120}) {
    const auto screen = render::catalogue_screen(terminal_of(width));
    for (const auto& metric : all_metrics()) CHECK_THAT(screen, contains_text("\n" + std::string{metric.key} + " "));
    check_width(screen, width);
  }
}

TEST_CASE("a metric's sheet says its thresholds in units that a person reads") {
  const auto terminal = terminal_of(80);
  const auto lead = render::metric_screen(*find_metric("lead_time"), terminal);
  CHECK_THAT(lead, contains_text("p90_minutes above 10 d warning, 14 d critical, 21 d emergency"));
  const auto blocked = render::metric_screen(*find_metric("blocked"), terminal);
  CHECK_THAT(blocked, contains_text("above 15.0 % warning, 25.0 % critical, 40.0 % emergency"));
  CHECK_THAT(blocked, contains_text("block_reason: counts of the numerator"));
  const auto index = render::metric_screen(*find_metric("delivery_predictability_index"), terminal);
  CHECK_THAT(index, contains_text("below 65 warning, 50 critical, 35 emergency"));
  CHECK_THAT(index, contains_text("tidemark catalogue schema value_json/delivery_predictability_index"));
  for (const auto& metric : all_metrics()) check_width(render::metric_screen(metric, terminal), 80);
}
