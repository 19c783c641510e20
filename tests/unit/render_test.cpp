#include "jobs/render/chart.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/summary_screen.hpp"
#include "jobs/render/table.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::render;

namespace {

int widest_line(const std::string& text) {
  int widest = 0;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    widest = std::max(widest, display_width(text.substr(start, end - start)));
    start = end + 1;
  }
  return widest;
}

Terminal terminal_of(int width, Colours colours = Colours::off) {
  Terminal terminal;
  terminal.width = width;
  terminal.colours = colours;
  return terminal;
}

}  // namespace

TEST_CASE("display width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("plain") == 5);
  CHECK(display_width("Größe") == 5);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("e\xCC\x81") == 1);  // e and a combining acute
  CHECK(display_width("🚀") == 2);
}

TEST_CASE("text is cut at characters and filled to its column") {
  CHECK(fit("abc", 5) == "abc  ");
  CHECK(fit("abc", 5, Align::right) == "  abc");
  CHECK(fit("abcdef", 4) == "abc…");
  CHECK(fit("漢字漢字", 4) == "漢… ");
  CHECK(shorten("Größe", 5) == "Größe");
  CHECK(shorten("abc", 0).empty());
}

TEST_CASE("text from a database cannot steer the terminal") {
  CHECK(printable("a\033[31mb") == "a\xEF\xBF\xBD[31mb");
  CHECK(printable("two\nlines\tand a tab") == "two lines and a tab");
  CHECK(printable("\xE2\x80\xAEgnp.exe") == "\xEF\xBF\xBDgnp.exe");  // right-to-left override
  CHECK(printable("broken \xC3(") == "broken \xEF\xBF\xBD(");
  CHECK(printable("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  CHECK(printable("Größe 漢字") == "Größe 漢字");
}

TEST_CASE("numbers are written for the eye") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(24918) == "24,918");
  CHECK(count_text(-1234567) == "-1,234,567");
  CHECK(counted(0, "project") == "0 projects");
  CHECK(counted(1, "project") == "1 project");
  CHECK(counted(24918, "source row") == "24,918 source rows");
  CHECK(decimal_text(3) == "3");
  CHECK(decimal_text(1204.26) == "1,204.3");
  CHECK(decimal_text(0.241) == "0.24");
  CHECK(minutes_text(0) == "0 min");
  CHECK(minutes_text(0.5) == "30 s");
  CHECK(minutes_text(42) == "42 min");
  CHECK(minutes_text(90) == "1.5 h");
  CHECK(minutes_text(4320) == "3.0 d");
  CHECK(ratio_text(0.1234) == "12.3 %");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(8 * 1024 * 1024 + 300 * 1024) == "8.3 MB");
  CHECK(age_text(Micros{0}) == "just now");
  CHECK(age_text(12 * kMinute) == "12 min ago");
  CHECK(age_text(-3 * kHour) == "in 3.0 h");
}

TEST_CASE("a sparkline shows lowest, highest and gaps") {
  CHECK(sparkline({1.0, std::nullopt, 8.0}) == "▁ █");
  CHECK(sparkline({5.0, 5.0}) == "▄▄");
  CHECK(sparkline({}).empty());
  CHECK(sparkline({std::nullopt}) == " ");
}

TEST_CASE("a bar fills its share and never hides what is there") {
  CHECK(bar(1, 4) == "████");
  CHECK(bar(0.5, 4) == "██  ");
  CHECK(bar(0, 4) == "    ");
  CHECK(bar(0.0001, 4) == "▏   ");
  CHECK(bar(7, 2) == "██");
}

TEST_CASE("a column chart fits its terminal and says its scale") {
  ColumnChart chart;
  for (int i = 0; i < 500; ++i) chart.series.emplace_back(i % 7 == 0 ? std::nullopt : std::optional<double>{i});
  chart.unit = "minutes";
  chart.first_label = "2016-01-01";
  chart.last_label = "2016-05-15";
  const auto text = chart.text(terminal_of(80));
  CHECK(widest_line(text) <= 80);
  CHECK_THAT(text, tests::contains_text("8.3 h ┤"));
  CHECK_THAT(text, tests::contains_text("2016-05-15"));
  chart.series = {std::nullopt};
  CHECK(chart.text(terminal_of(80)).empty());
  chart.series = {0.0, 0.0};  // true zeroes are drawn
  CHECK_THAT(chart.text(terminal_of(80)), tests::contains_text("▁"));
}

TEST_CASE("a table shortens text, never numbers, to fit the screen") {
  Table table{{{"task"}, {"value", Align::right}}};
  table.add({std::string(200, 'x'), "123,456"}).add({"short", "1"});
  const auto text = table.text(terminal_of(60));
  CHECK(widest_line(text) == 60);
  CHECK_THAT(text, tests::contains_text("…  123,456\n"));
  CHECK_THAT(text, tests::contains_text("short"));
}

TEST_CASE("colours appear only where the terminal takes them") {
  CHECK(terminal_of(80).paint(Style::bad, "no") == "no");
  CHECK(terminal_of(80, Colours::on).paint(Style::bad, "no") == "\033[31mno\033[0m");
  CHECK(terminal_of(80, Colours::on).paint(Style::plain, "no") == "no");
}

TEST_CASE("blocks stand side by side whatever their colours") {
  const auto terminal = terminal_of(80, Colours::on);
  const Block left{Line{terminal}.add("漢", Style::good)};
  const Block right{Line{terminal}.add("a"), Line{terminal}.add("b")};
  CHECK(text_of(beside(left, right, 4, terminal)) == "\033[32m漢\033[0m  a\n    b\n");
}

TEST_CASE("the summary is one page, whatever is undefined in it") {
  const auto full = Json::parse(R"({"timestamp": "2016-05-15T00:00:00Z", "metrics": {
    "north_star": {
      "health_at_a_glance": {"value": 23.33, "status": "red", "limiting_component": "flow_efficiency_score"},
      "delivery_predictability_index": {"value": 60.1, "trend": "down", "change_pct": -7.3},
      "active_value_delivery_rate": {"value": 0}},
    "operational": {
      "lead_time": {"p50_minutes": 1440, "sample_size": 12},
      "wip": {"total_count": 3, "aging_buckets": {"lt_24h": 3}},
      "state_distribution": {"by_state": {"ready": 4, "blocked": 1}, "wip_count": 3}},
    "actionability": {
      "bottleneck_contribution": [{"stage": "queue", "delay_contribution_pct": 61.5}],
      "suggested_actions": [{"action_type": "escalate", "confidence": 0.5, "affected_tasks": ["T-1"],
                             "rationale": "a backlog of 12 tasks"}]}}})");
  for (const int width : {60, 80, 100, 200}) {
    CAPTURE(width);
    const auto page = summary_screen(
        "A project with a name that is far too long for any screen that it is shown on, " + std::string(100, 'x'), full,
        terminal_of(width));
    CHECK(widest_line(page) <= std::min(width, 100));
    CHECK_THAT(page, tests::contains_text("61.5 %"));
    CHECK_THAT(page, tests::contains_text("escalate (50 %)"));
  }
  const auto empty = Json::parse(R"({"timestamp": "2016-05-15T00:00:00Z", "metrics": {}})");
  CHECK_THAT(summary_screen("P", empty, terminal_of(100)), tests::contains_text("No snapshot"));
  const auto bare = Json::parse(R"({"timestamp": "2016-05-15T00:00:00Z", "metrics": {"north_star": {}}})");
  CHECK_THAT(summary_screen("P", bare, terminal_of(100)), tests::contains_text("–"));
}
