// What a compaction leaves for people: the ledger, the status, its exit code, and what is kept of a metric.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "jobs/manual_run.hpp"
#include "jobs/render/retention_screen.hpp"
#include "jobs/render/status_screen.hpp"
#include "support/compacted.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::CompactMode;

TEST_CASE_METHOD(Compacted, "the ledger keeps the report, and the status shows it", "[compact]") {
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  jobs::ManualRun run{{db.connection(), 1}, at("2024-06-02"), std::nullopt, {}};
  jobs::CompactRun compacted{jobs::retention_in_force({})};
  compacted.as_of = at("2024-06-02");
  compacted.mode = CompactMode::dry_run;
  jobs::run_compact(run, compacted);
  CHECK(count("metrics_job_run WHERE job = 'compact'") == "0");

  compacted.mode = CompactMode::run;
  const auto report = jobs::run_compact(run, compacted);
  CHECK(value("SELECT concat_ws(' ', status, rows_deleted, as_of::date, report #>> '{weeks_left,0,metric}', "
              "report #>> '{total,deleted}') FROM metrics_job_run WHERE job = 'compact'") ==
        fmt::format("succeeded {} 2024-06-02 wip {}", report.total().deleted + report.total().thinned,
                    report.total().deleted));
  const auto status = views::read_status(session, at("2024-06-02"));
  const auto screen = render::status_screen(status, render::Terminal{});
  CHECK_THAT(screen, contains_text("compacted just now: "));
  CHECK_THAT(screen,
             contains_text("1 week left in place, since the days say something else; Network wip of 2024-02-19"));
  const auto json = views::status_json(status);
  const auto found =
      std::find_if(json["runs"].begin(), json["runs"].end(), [](const auto& ran) { return ran["job"] == "compact"; });
  REQUIRE(found != json["runs"].end());
  CHECK((*found)["report"]["weeks_left"].size() == 1);
}

TEST_CASE_METHOD(Compacted, "the commands exit with what they found", "[compact]") {
  // The exit code; its output must say `says`.
  const auto command = [&](const std::string& arguments, const std::string& says) {
    const auto line = fmt::format("'{}' {} --database-url '{}' 2>&1", TIDEMARK_BINARY, arguments, db.url());
    FILE* pipe = ::popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
      count = std::fread(buffer.data(), 1, buffer.size(), pipe);
      output.append(buffer.data(), count);
    }
    CHECK_THAT(output, contains_text(says));
    return WEXITSTATUS(::pclose(pipe));
  };
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  const auto before = footprint();
  CHECK(command("compact --dry-run --as-of 2024-06-02", "compact --dry-run: this would be done") == 0);
  CHECK(command("run compact --dry-run --as-of 2024-06-02 --json", "weeks_left") == 0);
  CHECK(footprint() == before);
  CHECK(command("run compact --as-of 2024-06-02", "warning: 1 week left in place") == 0);
  CHECK(fine_rows("2000-01-01", "2024-03-04", "metric_key <> 'wip'") == "0");
  CHECK(command("retention explain --project Network --metric wip", "trend month  ###") == 0);
}

TEST_CASE_METHOD(Compacted, "what is kept of a metric is explained, with a picture", "[compact][retention]") {
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = 4711 WHERE metric_key = 'wip' AND time_grain = 'week' "
          "AND time_bucket = '2024-02-19Z' AND dimensions = '{}'");
  compact("2024-06-02");
  const auto retained = views::read_retained(session, "Network", "wip", jobs::retention_in_force({}));
  REQUIRE(retained.rows.size() == 6);
  CHECK(retained.rows[1].rows == KeptRows::trend_day);
  CHECK(retained.rows[1].floor == at("2024-03-04"));
  CHECK(retained.rows[1].standing.first == at("2024-02-20"));
  CHECK(retained.rows[1].oldest_goes == at("2024-05-26"));  // 90 days after the week
  CHECK_FALSE(retained.rows[2].floor);
  CHECK_FALSE(retained.rows[2].oldest_goes);
  CHECK(retained.left_weeks == std::vector<Instant>{at("2024-02-19")});
  const auto screen = render::retention_screen(retained, render::Terminal{});
  CHECK_THAT(screen, contains_text("wip of Network, as of 2024-03-10T00:05:00Z\n"));
  CHECK_THAT(screen, contains_text("trend day    ....."));
  CHECK_THAT(screen, contains_text("trend month  #####"));
  CHECK_THAT(screen, contains_text(".LLLLL"));
  CHECK_THAT(screen, contains_text("weeks left in place, since the days say something else: 2024-02-19\n"));
  for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
    end = screen.find('\n', start);
    CHECK(screen.substr(start, end - start).size() <= 100);
  }
  const auto json = views::retained_json(retained);
  CHECK(json["rows"][1]["days"] == 90);
  CHECK(json["rows"][2]["days"] == "forever");
  CHECK(json["rows"][5]["rows"] == "drilldown");
  CHECK_THROWS_WITH(views::read_retained(session, "Network", "wips", jobs::retention_in_force({})),
                    contains_text("wips"));
}
