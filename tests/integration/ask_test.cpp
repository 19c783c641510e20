// The contract's four questions against stored rows, and what a person is told who asks for what is not there.
#include "jobs/views/ask.hpp"

#include "contracts/rows.hpp"
#include "jobs/views/status_view.hpp"
#include "readmodel/project_writer.hpp"
#include "readmodel/summary_store.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using namespace tidemark::views;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 10} + 12 * kHour;
const Instant kNow = kAsOf + kHour;

// Twenty days of work in progress, which falls from 20 to 1, in two priorities; and three tasks behind it.
void fill(readmodel::Session& session) {
  run_sql(session, "INSERT INTO project (id, name, status, created_at, updated_at) VALUES ('" + to_string(kProject) +
                       "', 'Network', 'active', '2024-01-01', '2024-01-01')");
  ProjectRows rows;
  for (int before = 0; before < 20; ++before) {
    const auto day = bucket_start(Grain::day, kAsOf) - before * kDay;
    const std::string json = before == 0 ? R"({"partial": true, "sample_size": 3})" : R"({"sample_size": 3})";
    rows.trend.push_back({{}, "wip", Grain::day, day, {}, {before + 1, json}});
    rows.breakdown.push_back({{}, "wip", Grain::day, day, "priority", "P0", {3, json}});
    rows.breakdown.push_back({{}, "wip", Grain::day, day, "priority", "P1", {before + 1, json}});
  }
  for (int i = 0; i < 3; ++i)
    rows.drilldown.push_back({{},
                              "wip",
                              "task",
                              uuid_v5(tidemark_namespace(), std::to_string(i)),
                              std::nullopt,
                              std::nullopt,
                              R"({"value": )" + std::to_string(i) + R"(, "context": {"phase": "A"}, "task_id": "T-)" +
                                  std::to_string(i) + R"(", "timestamp": "2024-03-0)" + std::to_string(i + 1) +
                                  R"(T00:00:00Z"})"});
  assign_ids(kProject, rows);
  readmodel::write_project(session, {kProject, kAsOf, {kAsOf, std::nullopt}, std::nullopt}, rows);
}

struct Filled {
  Filled() { fill(session); }
  TestDatabase db;
  readmodel::Session session{db.connection()};
};

}  // namespace

TEST_CASE_METHOD(Filled, "a trend ends at the project's newest as-of, whatever the clock says", "[ask]") {
  TrendQuestion question;
  question.project = "Network";
  question.metric = "wip";
  const auto answer = ask(session, question, kNow + 400 * kDay).answer;
  CHECK(answer["end_date"] == "2024-03-10");
  REQUIRE(answer["data"].size() == 20);
  CHECK(answer["data"].back()["value"] == 1);
  CHECK(answer["meta"]["as_of"] == "2024-03-10T12:00:00Z");
  CHECK(answer["meta"]["complete"] == false);
  CHECK(answer["meta"]["lag_seconds"] == (400 * 24 + 1) * 3600);

  question.from = "2024-03-01";
  question.to = "2024-03-05";
  const auto part = ask(session, question, kNow).answer;
  CHECK(part["data"].size() == 5);  // the end date's whole day
  CHECK(part["meta"]["complete"] == true);
}

TEST_CASE_METHOD(Filled, "days before the first row and after the as-of stay empty, others are filled", "[ask]") {
  TrendQuestion question{"Network", "wip", "day", "2024-02-01", "2024-06-01", {}, {}, "zero"};
  CHECK(ask(session, question, kNow).answer["data"].size() == 20);
  question.metric = "throughput";
  CHECK(ask(session, question, kNow).answer["data"].empty());
  run_sql(session, "DELETE FROM metrics_trend_point WHERE time_bucket = '2024-03-05'");
  question.metric = "wip";
  question.from = "2024-03-04";
  const auto held = ask(session, question, kNow).answer;
  CHECK(held["data"].size() == 7);
  CHECK(held["data"][1]["value"] == held["data"][0]["value"]);
  CHECK(held["data"][1]["metadata"]["filled"] == true);
}

TEST_CASE_METHOD(Filled, "a filter narrows a dimension to one of its values", "[ask]") {
  run_sql(
      session,
      "INSERT INTO metrics_trend_point (project_id, metric_key, time_grain, time_bucket, dimensions, value_numeric, "
      "value_json, id, computed_at) SELECT project_id, metric_key, time_grain, time_bucket, "
      "jsonb_build_object('phase', p), 1, '{}', gen_random_uuid(), computed_at FROM metrics_trend_point, "
      "unnest(ARRAY['A', 'B']) AS p WHERE dimensions = '{}'");
  TrendQuestion question{"Network", "wip", "day", "2024-03-01", "2024-03-02", {}, R"({"phase": "B"})"};
  const auto data = ask(session, question, kNow).answer["data"];
  REQUIRE(data.size() == 2);
  CHECK(data[0]["dimensions"] == Json{{"phase", "B"}});
  question.dimensions = "assignee";
  CHECK_THROWS_WITH(ask(session, question, kNow), contains_text("one dimension at a time"));
  question.dimensions = "phase,phase";
  question.filters = {};
  CHECK(ask(session, question, kNow).answer["data"].size() == 4);

  BreakdownQuestion breakdown{"Network", "wip", "priority", "7d", R"({"priority": "P1"})"};
  const auto answer = ask(session, breakdown, kNow).answer;
  REQUIRE(answer["breakdown"].size() == 1);
  CHECK(answer["breakdown"][0]["percentage"] == 25);  // of P0 and P1 together
  CHECK(answer["total"] == 4);
  breakdown.filters = R"({"phase": "A"})";
  CHECK_THROWS_WITH(ask(session, breakdown, kNow), contains_text("cannot be filtered by phase"));
}

TEST_CASE_METHOD(Filled, "a breakdown of a level is its newest day, compared with a range before", "[ask]") {
  BreakdownQuestion question;
  question.project = to_string(kProject);
  question.metric = "wip";
  question.dimension = "priority";
  const auto answer = ask(session, question, kNow).answer;
  CHECK(answer["total"] == 4);
  REQUIRE(answer["breakdown"].size() == 2);
  CHECK(answer["breakdown"][0] == Json::parse(R"({"dimension_value": "P0", "value": 3, "percentage": 75, "count": 3,
                                                  "trend": {"direction": "stable", "change_pct": 0}})"));
  CHECK(answer["breakdown"][1]["trend"]["change_pct"] == -87.5);  // 1 against 8
  question.time_range = "90d";
  CHECK_FALSE(ask(session, question, kNow).answer["breakdown"][0].contains("trend"));
}

TEST_CASE_METHOD(Filled, "a drilldown pages, filters and sums over all that match", "[ask]") {
  DrilldownQuestion question;
  question.project = "Network";
  question.metric = "wip";
  question.limit = 2;
  auto answer = ask(session, question, kNow).answer;
  CHECK(answer["items"][0]["task_id"] == "T-2");
  CHECK(answer["pagination"]["has_more"] == true);
  CHECK(answer["aggregation"]["sum"] == 3);
  question.filters = R"({"phase": "A", "from": "2024-03-02", "to": "2024-03-02"})";
  question.limit = 1000;
  answer = ask(session, question, kNow).answer;
  REQUIRE(answer["items"].size() == 1);
  CHECK(answer["items"][0]["task_id"] == "T-1");
  CHECK(answer["pagination"]["limit"] == 500);
  CHECK(answer["filters_applied"]["phase"] == "A");
}

TEST_CASE_METHOD(Filled, "a snapshot taken after the refresh is shown, one after now is not", "[ask]") {
  const SummaryQuestion question{"Network", std::nullopt};
  const auto put = [&](Instant captured) {
    readmodel::write_summaries(session, {kProject, captured, kNow},
                               {{summary_id(kProject, captured, {}), captured, "{}", R"({"north_star": {}})"}});
  };
  put(kAsOf + kMinute);
  CHECK(ask(session, question, kNow).answer["timestamp"] == format_instant(kAsOf + kMinute));
  put(kNow + kMinute);
  CHECK(ask(session, question, kNow).answer["timestamp"] == format_instant(kAsOf + kMinute));
}

TEST_CASE_METHOD(Filled, "a summary is the newest one at or before the instant, or empty", "[ask]") {
  SummaryQuestion question{"Network", std::nullopt};
  CHECK(ask(session, question, kNow).answer["metrics"] == Json::object());
  const Instant captured = kAsOf - kHour;
  readmodel::write_summaries(session, {kProject, captured, kNow},
                             {{summary_id(kProject, captured, {}), captured, "{}", R"({"north_star": {}})"}});
  const auto answer = ask(session, question, kNow).answer;
  CHECK(answer["timestamp"] == "2024-03-10T11:00:00Z");
  CHECK(answer["metrics"].contains("north_star"));
  question.timestamp = "2024-03-01";
  CHECK(ask(session, question, kNow).answer["timestamp"] == "2024-03-01T00:00:00Z");
}

TEST_CASE_METHOD(Filled, "what does not exist is named in one line with what does", "[ask]") {
  const auto trend = [&](TrendQuestion question) {
    if (question.project.empty()) question.project = "Network";
    return ask(session, question, kNow);
  };
  CHECK_THROWS_WITH(trend({"", "nope", "day", {}, {}, ""}), contains_text("no metric 'nope'; the metrics are"));
  CHECK_THROWS_WITH(trend({"", "wip", "year", {}, {}, ""}), contains_text("allowed: hour, day, week, month"));
  CHECK_THROWS_WITH(trend({"", "wip", "day", {}, {}, "phase,x"}), contains_text("dimension 'x'"));
  CHECK_THROWS_WITH(trend({"", "arrivals", "day", {}, {}, "phase"}), contains_text("there are none"));
  CHECK_THROWS_WITH(trend({"", "wip", "hour", {}, {}, "phase"}), contains_text("has no hours"));
  CHECK_THROWS_WITH(trend({"", "time_in_state", "day", {}, {}, ""}), contains_text("--dimensions state"));
  CHECK_THROWS_WITH(trend({"", "wip", "day", "2024-02-30", {}, ""}), contains_text("--from '2024-02-30'"));
  CHECK_THROWS_WITH(trend({"", "wip", "day", "2025-01-01", {}, ""}), contains_text("is after --to"));
  CHECK_THROWS_WITH(trend({"Netwrk", "wip", "day", {}, {}, ""}), contains_text("'Network'"));
  CHECK_THROWS_WITH(ask(session, BreakdownQuestion{"Network", "wip", "state", "7d"}, kNow), contains_text("priority"));
  CHECK_THROWS_WITH(ask(session, BreakdownQuestion{"Network", "wip", "phase", "8d"}, kNow), contains_text("24h, 7d"));
  DrilldownQuestion drilldown{"Network", "throughput", "", "value", "desc", 50, 0};
  CHECK_THROWS_WITH(ask(session, drilldown, kNow), contains_text("allowed: flow_efficiency_score"));
  drilldown.metric = "wip";
  for (const char* filters : {"[]", "{", R"({"phase": 1})", R"({"colour": "red"})"}) {
    CAPTURE(filters);
    drilldown.filters = filters;
    CHECK_THROWS_AS(ask(session, drilldown, kNow), Error);
  }
}

TEST_CASE_METHOD(Filled, "the status counts what is there and orders projects by their work", "[ask]") {
  run_sql(session,
          "INSERT INTO project (id, name, status, created_at, updated_at) VALUES "
          "('00000000-0000-0000-0000-00000000000a', 'Idle', 'active', '2024-01-01', '2024-01-01')");
  const auto status = read_status(session, kNow);
  REQUIRE(status.projects.size() == 2);
  CHECK(status.projects[0].name == "Network");
  CHECK(*status.projects[0].wip == 1);
  CHECK(status.projects[0].as_of == kAsOf);
  CHECK_FALSE(status.projects[1].as_of.has_value());
  const auto json = status_json(status);
  CHECK(json["projects"][0]["wip"] == 1);
  CHECK(json["tables"][1]["rows"] == 20);
}

TEST_CASE("the status of a database that was never migrated says what to do", "[ask]") {
  TestDatabase db{TestDatabase::Empty{}};
  readmodel::Session session{db.connection()};
  CHECK_THROWS_WITH(read_status(session, kNow), contains_text("tidemark migrate"));
}
