// Alerts and milestones on a terminal: what a person must be able to read. Spec: running it, "Command line".
#include "jobs/render/health_screens.hpp"

#include "jobs/render/text.hpp"
#include "jobs/views/alerts_view.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

readmodel::StoredAlert alert_of(AlertType type, const std::string& metric, const std::string& context) {
  Alert alert{metric,       type,        AlertSeverity::critical,    0.36449,
              0.25,         context,     at("2024-03-10T12:00:00Z"), at("2024-03-10T13:00:00Z"),
              std::nullopt, std::nullopt};
  return {uuid_v5(tidemark_namespace(), metric), alert};
}

views::Json alerts() {
  auto resolved = alert_of(AlertType::threshold, "backlog", R"({"unit": "tasks", "side": "above", "field": "value"})");
  resolved.alert.resolved_at = at("2024-03-11T08:30:00Z");
  return views::alerts_view(
      {}, {alert_of(AlertType::threshold, "blocked", R"({"unit": "ratio", "side": "above", "field": "value"})"),
           alert_of(AlertType::anomaly, "blocked",
                    R"({"unit": "ratio", "side": "below", "mean": 0.123456, "deviation": 0.1, "points": 28})"),
           alert_of(AlertType::freshness, "operational", R"({"unit": "minutes"})"), resolved});
}

render::Terminal terminal_of(int width) { return {width, render::Colours::off}; }

bool fits(const std::string& screen, int width) {
  std::size_t start = 0;
  for (std::size_t end = screen.find('\n'); end != std::string::npos; start = end + 1, end = screen.find('\n', start))
    if (render::display_width(screen.substr(start, end - start)) > width) return false;
  return true;
}

}  // namespace

TEST_CASE("an alert is answered rounded as its metric is") {
  const auto answer = alerts();
  CHECK(answer["alerts"][0]["value"] == 0.3645);
  CHECK(answer["alerts"][1]["context"]["mean"] == 0.1235);
  CHECK(answer["alerts"][2]["value"] == 0.36);
  CHECK_FALSE(answer["alerts"][0].contains("acknowledged_at"));
  CHECK(answer["alerts"][3]["resolved_at"] == "2024-03-11T08:30:00Z");
}

TEST_CASE("an alert says what is past which limit, since when, and whether it is over") {
  const auto screen = render::alerts_screen("Network", alerts(), terminal_of(120));
  CHECK_THAT(screen, contains_text("Alerts · Network · 3 open"));
  CHECK_THAT(screen, contains_text("critical  Blocked                      36.4 %  over 25.0 %"));
  CHECK_THAT(screen, contains_text("under 25.0 %, usual 12.3 %"));
  CHECK_THAT(screen, contains_text("Age of the operational rows"));
  CHECK_THAT(screen, contains_text("2024-03-10 12:00  resolved 2024-03-11 08:30"));
  for (const int width : {60, 80, 120})
    CHECK(fits(render::alerts_screen("Network", alerts(), terminal_of(width)), width));
  CHECK_THAT(render::alerts_screen("Network", views::alerts_view({}, {}), terminal_of(80)),
             contains_text("No alert matches."));
}

TEST_CASE("milestones stand with the likeliest to be late first, and one without a date last") {
  const std::string tasks = R"("tasks": {"total": 9, "completed": 4, "dropped": 1, "open": 4, "wip": 2, "blocked": 1})";
  const auto payload = [&](const std::string& forecast) { return "{\"milestone\": {" + forecast + tasks + "}}"; };
  const auto answer = views::health_view(
      {}, at("2024-03-10"),
      {{at("2024-03-10"), "Alpha", payload("")},
       {at("2024-03-10"), "Beta", payload(R"("breach_probability": 0.25, "planned_completion_date": "2024-04-01", )")},
       {at("2024-03-10"), "Gamma", payload(R"("breach_probability": 1, "planned_completion_date": "2024-03-01", )")}});
  REQUIRE(answer["milestones"].size() == 3);
  CHECK(answer["milestones"][0].dump() ==
        R"({"milestone":"Alpha","tasks":{"total":9,"completed":4,"dropped":1,"open":4,"wip":2,"blocked":1}})");
  const auto screen = render::health_screen("Network", answer, terminal_of(80));
  CHECK(screen.find("Gamma") < screen.find("Beta"));
  CHECK(screen.find("Beta") < screen.find("Alpha"));
  CHECK_THAT(screen, contains_text("25.0 %  2024-04-01"));
  CHECK_THAT(screen, contains_text("no date"));
  CHECK_THROWS_WITH(views::health_view({}, at("2024-03-10"), {{at("2024-03-10"), "Alpha", "[]"}}),
                    contains_text("milestone 'Alpha' holds no JSON object"));
}
