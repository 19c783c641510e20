// A stored point explained from the sources: what went in, what did not and why, who wrote it, and whether the sources
// still give it; through the questions and through the program.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "jobs/manual_run.hpp"
#include "jobs/views/ask.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using views::ExplainQuestion;
using views::Json;

namespace {

constexpr const char* kAsOf = "2024-03-08T12:00:00Z";

// Two tasks completed on 6 March, one of which was reopened; and rows that nothing counts.
constexpr const char* kSources = R"(
INSERT INTO project (id, name, status, created_at, updated_at)
  VALUES ('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-03-01', '2024-03-01'),
         ('6ac46bcd-c75e-5446-9706-52a6c7155d00', 'Untouched', 'archived', '2024-03-01', '2024-03-01');
INSERT INTO task (id, project_id, short_id, title, state, created_at, updated_at)
  VALUES ('30000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'T-1', 'First', 'integrated',
          '2024-03-04 10:00:00+00', '2024-03-04'),
         ('30000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'T-2', 'Second', 'claimed',
          '2024-03-05 10:00:00+00', '2024-03-05'),
         ('30000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'T-0', 'Long ago', 'backlog',
          '2023-06-05 10:00:00+00', '2023-06-05');
INSERT INTO event_log (id, project_id, entity_type, entity_id, event_type, payload, created_at)
  VALUES (1, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000001', 'task.claimed',
          '{}', '2024-03-05 10:00:00+00'),
         (2, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000001', 'task.integrated',
          '{}', '2024-03-06 10:00:00+00'),
         (3, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000002', 'task.integrated',
          '{}', '2024-03-06 11:00:00+00'),
         (4, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000002', 'task.claimed',
          '{}', '2024-03-07 11:00:00+00'),
         (5, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000001',
          'task.state_changed', '{"to_state": "sleeping"}', '2024-03-06 09:00:00+00');
INSERT INTO integration_attempt (id, project_id, task_id, result, started_at, ended_at)
  VALUES ('60000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000001', 'success', '2024-03-06 09:00:00+00', '2024-03-06 10:00:00+00'),
         ('60000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000002', 'queued', '2024-03-06 09:30:00+00', NULL),
         ('60000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000002', 'exploded', '2024-03-06 09:30:00+00', NULL);
INSERT INTO plan_change_set (id, project_id, base_plan_version, target_plan_version, status, operations, created_at)
  VALUES ('80000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 3, 4, 'draft', '[]',
          '2024-03-06 08:00:00+00');
)";

struct Computed {
  Computed() {
    run_sql(session, kSources);
    refresh();
  }
  void refresh() { jobs::run_full_refresh({{db.connection(), 1}, at(kAsOf), std::nullopt, {}}); }
  Json explain(const ExplainQuestion& question) { return views::ask(session, question, at(kAsOf)).answer; }
  Json explain(const std::string& metric, const std::string& timestamp, const std::string& dimensions = "") {
    return explain({"Network", metric, "day", timestamp, dimensions, 20});
  }
  TestDatabase db;
  readmodel::Session session{db.connection()};
};

// The first item of that reason; an empty object where there is none.
Json left_out(const Json& answer, const std::string& reason) {
  for (const auto& item : answer["left_out"]["items"])
    if (item["reason"] == reason) return item;
  return Json::object();
}

}  // namespace

TEST_CASE_METHOD(Computed, "a point is explained by its rows, its run and the same value computed again", "[explain]") {
  const auto answer = explain("lead_time", "2024-03-06T13:45:00Z");  // any instant of the bucket
  CHECK(answer["timestamp"] == "2024-03-06T00:00:00Z");
  CHECK(answer["verdict"] == "equal");
  CHECK(answer["stored"]["value"] == 2880);
  CHECK(answer["stored"] == answer["recomputed"]);
  CHECK(answer["definition"]["hash"] == answer["definition"]["hash_of_stored"]);
  CHECK(answer["definition"]["combination"] == "median");
  CHECK(answer["window"] ==
        Json::parse(R"({"start": "2024-03-06T00:00:00Z", "end": "2024-03-07T00:00:00Z", "includes_end": false})"));
  CHECK(answer["as_of"] == kAsOf);
  CHECK(answer["included"]["facts"] == 1);
  CHECK(answer["included"]["source_rows"] == Json::parse(R"([{"source": "event_log", "rows": 1},
                                                             {"source": "task", "rows": 1}])"));
  const auto& item = answer["included"]["items"][0];
  CHECK(item["key"] == "2");
  CHECK(item["task_id"] == "T-1");
  CHECK(item["task_title"] == "First");
  CHECK(item["contribution"] == 2880);
  CHECK(left_out(answer, "reopened")["task_id"] == "T-2");
  CHECK(answer["run"]["job"] == "refresh");
  CHECK(answer["run"]["status"] == "succeeded");
  CHECK(answer["run"]["as_of"] == kAsOf);
  CHECK(answer["meta"]["data_version"] == 1);
  CHECK(answer["meta"]["complete"] == true);
}

TEST_CASE_METHOD(Computed, "a row in quarantine is left out with what the quarantine says of it", "[explain]") {
  const auto event = left_out(explain("wip", "2024-03-06"), "quarantined");
  CHECK(event["source"] == "event_log");
  CHECK(event["key"] == "5");
  CHECK(event["task_id"] == "T-1");
  CHECK_THAT(event["quarantine"]["reason"].get<std::string>(), contains_text("'sleeping'"));
  CHECK(event["quarantine"].contains("first_seen"));
  // One that the reader could not read.
  const auto attempt = left_out(explain("integration_outcomes", "2024-03-06"), "quarantined");
  CHECK(attempt["key"] == "60000000-0000-0000-0000-000000000003");
  CHECK_THAT(attempt["quarantine"]["reason"].get<std::string>(), contains_text("'exploded'"));
}

TEST_CASE_METHOD(Computed, "rows that no metric counts are left out with their state", "[explain]") {
  const auto queued = left_out(explain("integration_outcomes", "2024-03-06"), "queued");
  CHECK(queued["key"] == "60000000-0000-0000-0000-000000000002");
  CHECK(queued["task_id"] == "T-2");
  CHECK(left_out(explain("integration_outcomes", "2024-03-05"), "queued").empty());
  const auto churn = explain("replan_churn", "2024-03-06");
  CHECK(churn["verdict"] == "no_point");
  CHECK(churn["absence"]["reason"] == "no_fact");
  CHECK(left_out(churn, "not_applied")["key"] == "80000000-0000-0000-0000-000000000003");
}

TEST_CASE_METHOD(Computed, "a source that changed since, or an edited row, shows as a difference", "[explain]") {
  run_sql(session, "UPDATE metrics_trend_point SET value_numeric = 7 WHERE metric_key = 'arrivals'");
  auto answer = explain("arrivals", "2024-03-05");
  CHECK(answer["verdict"] == "different");
  CHECK(answer["stored"]["value"] == 7);
  CHECK(answer["recomputed"]["value"] == 1);

  run_sql(session, "DELETE FROM metrics_trend_point WHERE metric_key = 'arrivals'");
  CHECK(explain("arrivals", "2024-03-05")["verdict"] == "not_stored");

  run_sql(session,
          "INSERT INTO event_log (id, project_id, entity_type, entity_id, event_type, payload, created_at) VALUES "
          "(6, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', '30000000-0000-0000-0000-000000000001', 'task.claimed', "
          "'{}', '2024-03-07 10:00:00+00')");
  answer = explain("lead_time", "2024-03-06");
  CHECK(answer["verdict"] == "not_reproduced");
  CHECK(answer["stored"]["value"] == 2880);
  CHECK_FALSE(answer.contains("recomputed"));
  CHECK(answer["left_out"]["reasons"].back()["reason"] == "reopened");
  CHECK(answer["left_out"]["reasons"].back()["rows"] == 2);
  refresh();
  CHECK(explain("lead_time", "2024-03-06")["verdict"] == "no_point");
  CHECK(explain("arrivals", "2024-03-05")["verdict"] == "equal");
}

TEST_CASE_METHOD(Computed, "definitions that moved are named as the cause", "[explain]") {
  run_sql(session,
          "UPDATE metrics_data_version SET definitions = '{\"arrivals\": \"older\"}';"
          "UPDATE metrics_trend_point SET value_numeric = 7 WHERE metric_key = 'arrivals'");
  CHECK_THAT(explain("arrivals", "2024-03-05")["verdict_text"].get<std::string>(), contains_text("other definitions"));
}

TEST_CASE_METHOD(Computed, "a run that left no row is not invented", "[explain]") {
  run_sql(session,
          "UPDATE metrics_job_run SET started_at = started_at - interval '1 day', "
          "finished_at = finished_at - interval '1 day'");
  CHECK_FALSE(explain("lead_time", "2024-03-06").contains("run"));
}

TEST_CASE_METHOD(Computed, "a point that is not there says why", "[explain]") {
  const auto why = [&](ExplainQuestion question) {
    question.project = "Network";
    const auto answer = explain(question);
    CHECK(answer["verdict"] == "no_point");
    CHECK_FALSE(answer["absence"]["text"].get<std::string>().empty());
    return answer["absence"]["reason"].get<std::string>();
  };
  CHECK(why({"", "throughput", "day", "2025-01-01", "", 20}) == "after_as_of");
  CHECK(why({"", "throughput", "day", "2020-01-01", "", 20}) == "before_first_fact");
  CHECK(why({"", "arrivals", "day", "2023-06-05", "", 20}) == "past_retention");
  CHECK(explain({"Network", "arrivals", "month", "2023-06-05", "", 20})["verdict"] == "equal");
  CHECK(why({"", "throughput", "day", "2024-03-06", R"({"phase": "Nowhere"})", 20}) == "unknown_value");
  CHECK(why({"", "wip", "hour", "2024-03-03T04:00:00Z", "", 20}) == "no_change");
  CHECK_THROWS_WITH(explain({"Untouched", "wip", "day", "2024-03-06", "", 20}), contains_text("run refresh --full"));
}

TEST_CASE_METHOD(Computed, "points by a dimension are found in trend and breakdown", "[explain]") {
  const auto state = explain("state_distribution", "2024-03-07", R"({"state": "claimed"})");
  CHECK(state["verdict"] == "equal");
  CHECK(state["included"]["items"][0]["task_id"] == "T-2");
  const auto priority = explain("throughput", "2024-03-06", R"({"priority": "P2"})");
  CHECK(priority["verdict"] == "equal");
  CHECK(priority["dimensions"]["priority"] == "P2");
  CHECK(priority["included"]["facts"] == 1);
  CHECK(explain("throughput", "2024-03-06", "{}")["dimensions"] == Json::object());
}

TEST_CASE_METHOD(Computed, "the list is cut where it is long, and no reason is lost by it", "[explain]") {
  const auto answer = explain({"Network", "lead_time", "day", "2024-03-06", "", 1});
  CHECK(answer["included"]["has_more"] == false);
  CHECK(answer["left_out"]["items"].size() == 1);
  CHECK(answer["left_out"]["has_more"] == true);
  CHECK(answer["left_out"]["rows"] == 2);
  CHECK(answer["left_out"]["reasons"].size() == 2);
}

TEST_CASE_METHOD(Computed, "every metric of the catalogue is explained at every grain it has", "[explain]") {
  for (const auto& metric : all_metrics()) {
    if (metric.domain != Domain::delivery || !metric.undivided) continue;
    for (const auto grain : metric.grains) {
      INFO(metric.key << " " << to_string(grain));
      const auto answer =
          explain({"Network", std::string{metric.key}, std::string{to_string(grain)}, "2024-03-06T10:00:00Z", "", 20});
      const auto verdict = answer["verdict"].get<std::string>();
      CHECK((verdict == "equal" || verdict == "no_point"));
    }
  }
}

TEST_CASE_METHOD(Computed, "the program prints an explanation, and refuses nonsense in one line", "[explain]") {
  struct Case {
    const char* arguments;
    int code;
    const char* says;
  };
  const Case cases[]{
      {"lead_time --timestamp 2024-03-06", 0, "WENT IN: 1 fact from 1 event_log, 1 task"},
      {"lead_time --timestamp 2024-03-06", 0, "reopened"},
      {"lead_time --timestamp 2024-03-06 --json", 0, "\"verdict\": \"equal\""},
      {"--metric wip --grain week", 0, "Work in progress"},
      {"", 2, "metric"},
      {"leed_time", 2, "there is no metric 'leed_time'"},
      {"wip --timestamp yesterday", 2, "--timestamp 'yesterday'"},
      {"wip --timestamp 2024-02-30", 2, "--timestamp '2024-02-30'"},
      {"wip --grain year", 2, "allowed: hour, day, week, month"},
      {"wip --dimensions '{'", 2, "is not a JSON object"},
      {"wip --dimensions '[]'", 2, "is not a JSON object"},
      {"wip --dimensions '{\"phase\": 1}'", 2, "not a text"},
      {"wip --dimensions '{\"phase\": \"A\", \"milestone\": \"B\"}'", 2, "names 2 dimensions"},
      {"wip --dimensions '{\"state\": \"ready\"}'", 2, "allowed: phase, milestone"},
      {"arrivals --dimensions '{\"phase\": \"A\"}'", 2, "there are none"},
      {"wip --grain hour --dimensions '{\"phase\": \"A\"}'", 2, "has no hours"},
      {"wip --grain week --dimensions '{\"priority\": \"P0\"}'", 2, "has days only"},
      {"time_in_state", 2, "by dimension only"},
      {"wip --limit 0", 2, "--limit 0"},
  };
  for (const auto& [arguments, code, says] : cases) {
    INFO(arguments);
    const std::string line = std::string{"'" TIDEMARK_BINARY "' explain "} + arguments +
                             " --project Network --database-url '" + db.url() + "' 2>&1";
    FILE* pipe = ::popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
      count = std::fread(buffer.data(), 1, buffer.size(), pipe);
      output.append(buffer.data(), count);
    }
    CHECK(WEXITSTATUS(::pclose(pipe)) == code);
    CHECK_THAT(output, contains_text(says));
    if (code != 0) CHECK(std::count(output.begin(), output.end(), '\n') == 1);
  }
}
