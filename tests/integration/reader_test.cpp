// What the source readers make of sources that are clean, dirty, differently typed or partly missing.
#include <algorithm>

#include "readmodel/sources/delivery_reader.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

constexpr const char* kProject = "6ac46bcd-c75e-5446-9706-52a6c7155dc9";

// A project with a task in every table that a project may have rows in.
constexpr const char* kSources = R"(
INSERT INTO project (id, name, status, created_at, updated_at)
  VALUES ('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-01-01', '2024-01-01'),
         ('00000000-0000-0000-0000-00000000000a', 'Old', 'archived', '2024-01-01', '2024-01-01');
INSERT INTO phase VALUES ('10000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Build', 1,
                          '2024-01-01', '2024-01-01');
INSERT INTO milestone (id, project_id, name, sequence, planned_start_date, planned_completion_date,
                       actual_completion_date, created_at, updated_at)
  VALUES ('20000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'M1', 1, '2024-01-01',
          '2024-02-01', NULL, '2024-01-01', '2024-01-01');
INSERT INTO task (id, project_id, phase_id, milestone_id, short_id, title, priority, task_class, capability_tags,
                  created_at, updated_at)
  VALUES ('30000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '10000000-0000-0000-0000-000000000001', '20000000-0000-0000-0000-000000000001', 'T-1', 'First', 25, 'bug',
          '{"db","say \"hi\""}', '2024-01-01 00:00:00.5+00', '2024-01-01'),
         ('30000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', NULL,
          '20000000-0000-0000-0000-00000000dead', NULL, 'Second', 100, NULL, '{}', '2024-01-02', '2024-01-02');
INSERT INTO gate_rule (id, project_id, name, scope, created_at)
  VALUES ('40000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'named',
          '{"gate_type": "code_review"}', '2024-01-01'),
         ('40000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'by name', '[]',
          '2024-01-01');
INSERT INTO gate_decision (id, project_id, gate_rule_id, task_id, outcome, actor_id, created_at)
  VALUES ('50000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '40000000-0000-0000-0000-000000000001', '30000000-0000-0000-0000-000000000001', 'approved_with_risk', 'ann',
          '2024-01-03'),
         ('50000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '40000000-0000-0000-0000-000000000002', NULL, 'maybe', 'ann', '2024-01-03'),
         ('50000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '40000000-0000-0000-0000-00000000dead', NULL, 'approved', 'ann', '2024-01-03');
INSERT INTO integration_attempt (id, project_id, task_id, result, started_at, ended_at)
  VALUES ('60000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000001', 'success', '2024-01-04', '2024-01-05'),
         ('60000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000001', 'queued', '2024-01-04', NULL),
         ('60000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000001', 'exploded', '2024-01-04', NULL);
INSERT INTO artifact (id, project_id, task_id, agent_id, check_status, created_at)
  VALUES ('70000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
          '30000000-0000-0000-0000-000000000001', 'bob', 'failed', '2024-01-04');
INSERT INTO plan_change_set (id, project_id, base_plan_version, target_plan_version, status, operations, created_at,
                             applied_at)
  VALUES ('80000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 1, 2, 'applied',
          '[{"estimate_hours_delta": 1.5}, {"estimate_hours_delta": "9"}, {}, {"estimate_hours_delta": -4}]',
          '2024-01-01', '2024-01-06'),
         ('80000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 2, 3, 'applied', '{"a": 1}',
          '2024-01-01', '2024-01-07'),
         ('80000000-0000-0000-0000-000000000003', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 3, 4, 'draft', '[]',
          '2024-01-01', NULL);
)";

ReadResult read_only_project(Session& session) {
  Transaction tx(session, Isolation::repeatable_read);
  const auto projects = list_projects(tx, {"active", "paused"});
  REQUIRE(projects.size() == 1);
  CHECK(to_string(projects.front().id) == kProject);
  return read_project(tx, projects.front());
}

std::string event(const std::string& entity_id, const std::string& payload, const std::string& created_at) {
  return std::string{"INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at) "} +
         "VALUES ('" + kProject + "', 'task', " + entity_id + ", 'task.state_changed', '" + payload + "', '" +
         created_at + "');";
}

std::string reason_of(const ReadResult& read, const std::string& source_key) {
  for (const auto& row : read.quarantine)
    if (row.source_key == source_key) return row.source + ": " + row.reason;
  return "";
}

}  // namespace

TEST_CASE("a project's sources arrive with names, dates and sums resolved", "[reader]") {
  TestDatabase db;
  Session session(db.connection());
  run_sql(session, kSources);
  const auto read = read_only_project(session);
  const auto& sources = read.sources;

  REQUIRE(sources.tasks.size() == 2);
  const auto first =
      std::find_if(sources.tasks.begin(), sources.tasks.end(), [](auto& t) { return t.short_id == "T-1"; });
  REQUIRE(first != sources.tasks.end());
  CHECK(first->phase == "Build");
  CHECK(first->milestone == "M1");
  CHECK(first->priority == 25);
  CHECK(first->capability_tags == std::vector<std::string>{"db", "say \"hi\""});
  CHECK(first->created_at == at("2024-01-01T00:00:00.5Z"));
  const auto& second =
      *std::find_if(sources.tasks.begin(), sources.tasks.end(), [](auto& t) { return t.title == "Second"; });
  CHECK(second.short_id == "30000000-0000-0000-0000-000000000002");
  CHECK_FALSE(second.milestone);
  CHECK_FALSE(second.task_class);

  REQUIRE(sources.milestones.size() == 1);
  CHECK(sources.milestones[0].planned_start == at("2024-01-01T00:00:00Z"));
  CHECK(sources.milestones[0].planned_completion == at("2024-02-01T23:59:59.999999Z"));
  CHECK_FALSE(sources.milestones[0].actual_completion);

  REQUIRE(sources.decisions.size() == 1);
  CHECK(sources.decisions[0].gate_type == "code_review");
  CHECK(sources.decisions[0].outcome == GateOutcome::approved_with_risk);
  REQUIRE(sources.attempts.size() == 1);
  CHECK(sources.artifacts.at(0).check_status == CheckStatus::failed);
  REQUIRE(sources.change_sets.size() == 2);
  const auto& summed = sources.change_sets[sources.change_sets[0].operations == 4 ? 0 : 1];
  CHECK(summed.operations == 4);
  CHECK(summed.estimate_hours_delta == -2.5);
  CHECK(summed.applied_at == at("2024-01-06"));

  CHECK(read.quarantine.size() == 3);
  CHECK_THAT(reason_of(read, "50000000-0000-0000-0000-000000000002"),
             contains_text("gate_decision: 'maybe' is none of"));
  CHECK_THAT(reason_of(read, "50000000-0000-0000-0000-000000000003"), contains_text("there is no gate_rule"));
  CHECK_THAT(reason_of(read, "60000000-0000-0000-0000-000000000003"), contains_text("'exploded'"));
}

TEST_CASE("a payload may be any JSON", "[reader]") {
  TestDatabase db;
  Session session(db.connection());
  run_sql(session, kSources);
  const std::string task = "'30000000-0000-0000-0000-000000000001'";
  run_sql(session, event(task, R"({"to_state": "ready", "sequence": 7, "reason": "x"})", "2024-01-01") +
                       event(task, R"({"to_state": 5, "sequence": "7"})", "2024-01-02") +
                       event(task, R"({"to_state": null, "sequence": 7.5})", "2024-01-03") +
                       event(task, R"({"to_state": {"a": 1}, "sequence": 99999999999999999999999})", "2024-01-04") +
                       event(task, R"("text")", "2024-01-05") + event(task, "[1, 2]", "2024-01-06") +
                       event(task, "null", "2024-01-07") + event("NULL", "{}", "2024-01-08") +
                       event(task, "{}", "infinity"));
  auto read = read_only_project(session);
  auto& events = read.sources.events;
  std::sort(events.begin(), events.end(), [](auto& a, auto& b) { return a.id < b.id; });
  REQUIRE(events.size() == 8);
  CHECK(events[0].to_state == "ready");
  CHECK(events[0].sequence == 7);
  CHECK(events[0].reason == "x");
  CHECK(events[1].to_state == "5");
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].sequence == 0);
  CHECK_FALSE(events[2].to_state);
  CHECK(events[3].to_state == R"({"a": 1})");
  for (std::size_t i = 4; i < events.size(); ++i) CHECK_FALSE(events[i].to_state);
  CHECK_FALSE(events[7].task_id);
  CHECK_THAT(reason_of(read, "9"), contains_text("event_log: created_at 'infinity' is not a time"));
}

TEST_CASE("sources that are optional may be missing", "[reader]") {
  TestDatabase db;
  Session session(db.connection());
  run_sql(session, kSources);
  run_sql(session, R"(
    DROP TABLE phase, lease, artifact, plan_change_set, dependency_edge, gate_candidate_link, gate_rule CASCADE;
    ALTER TABLE milestone DROP planned_start_date, DROP actual_completion_date;
    ALTER TABLE milestone ALTER planned_completion_date TYPE timestamp;)");
  auto read = read_only_project(session);
  CHECK(read.sources.tasks.size() == 2);
  CHECK(read.sources.decisions.size() == 2);  // without rules, one of an unknown rule cannot be told
  CHECK(read.sources.off.count(SourceComponent::gate_types) == 1);
  CHECK(read.sources.attempts.size() == 1);
  REQUIRE(read.sources.milestones.size() == 1);
  CHECK_FALSE(read.sources.milestones[0].planned_start);
  CHECK(read.sources.milestones[0].planned_completion == at("2024-02-01T00:00:00Z"));

  run_sql(session, "DROP TABLE milestone, integration_attempt, gate_decision");
  CHECK(read_only_project(session).sources.milestones.empty());
  run_sql(session, "DROP TABLE task");
  CHECK_THROWS_WITH(read_only_project(session), contains_text("source schema 'public': table task is missing"));
}

TEST_CASE("ids may be text and states enums", "[reader]") {
  TestDatabase db;
  Session session(db.connection());
  run_sql(session, kSources);
  run_sql(session, event("'30000000-0000-0000-0000-000000000001'", R"({"to_state": "ready"})", "2024-01-01"));
  const auto before = read_only_project(session);
  // Foreign keys cannot survive a change of type.
  run_sql(session, R"(
    DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);
      END LOOP;
      FOR c IN SELECT table_name AS t, column_name AS conname FROM information_schema.columns
               WHERE table_schema = 'public' AND data_type = 'uuid' AND table_name NOT LIKE 'metrics%' LOOP
        EXECUTE format('ALTER TABLE %I ALTER %I TYPE text', c.t, c.conname);
      END LOOP;
    END $$;
    CREATE TYPE project_status AS ENUM ('active', 'paused', 'archived');
    ALTER TABLE project ALTER status DROP DEFAULT, ALTER status TYPE project_status USING status::project_status;
    CREATE TYPE entity AS ENUM ('task', 'gate');
    ALTER TABLE event_log ALTER entity_type TYPE entity USING entity_type::entity;
    CREATE TYPE attempt AS ENUM ('queued', 'success', 'exploded');
    ALTER TABLE integration_attempt ALTER result TYPE attempt USING result::attempt;
    INSERT INTO project VALUES ('not-a-uuid', NULL, 'Odd', 'active', '2024-01-01', '2024-01-01');
    INSERT INTO task (id, project_id, title, created_at, updated_at)
      VALUES ('T-17', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Odd', '2024-01-01', '2024-01-01');)");
  Session other(db.connection());
  const auto after = read_only_project(other);
  CHECK(after.sources.tasks.size() == before.sources.tasks.size());
  CHECK(after.sources.events.size() == before.sources.events.size());
  CHECK(after.sources.decisions.size() == before.sources.decisions.size());
  CHECK(after.sources.attempts.size() == before.sources.attempts.size());
  CHECK(after.sources.milestones.size() == before.sources.milestones.size());
  CHECK_THAT(reason_of(after, "T-17"), contains_text("task: id 'T-17' is not a UUID"));
  Transaction tx(other, Isolation::read_committed);
  const auto unreadable = unreadable_projects(tx);
  REQUIRE(unreadable.size() == 1);
  CHECK(unreadable[0].source_key == "not-a-uuid");
}
