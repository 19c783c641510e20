// Small histories for tests of the compute: a project built line by line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "compute/project.hpp"
#include "contracts/catalogue.hpp"
#include "support/catch.hpp"

namespace tidemark::tests {

inline Uuid id_of(const std::string& name) { return uuid_v5(tidemark_namespace(), name); }

class History {
 public:
  History() { sources.project_id = id_of("project"); }

  TaskSource& task(const std::string& name, const std::string& created) {
    TaskSource task;
    task.id = id_of(name);
    task.short_id = name;
    task.title = "Task " + name;
    task.created_at = at(created);
    sources.tasks.push_back(task);
    return sources.tasks.back();
  }
  // A transition of the task into `state`.
  TaskEventSource& moves(const std::string& name, const std::string& when, const std::string& state) {
    TaskEventSource event;
    event.id = ++last_event_;
    event.task_id = id_of(name);
    event.event_type = "task.state_changed";
    event.to_state = state;
    event.created_at = at(when);
    sources.events.push_back(event);
    return sources.events.back();
  }
  void attempt(const std::string& name, const std::string& started, const std::string& ended, AttemptResult result) {
    sources.attempts.push_back(
        {id_of("attempt" + std::to_string(sources.attempts.size())), id_of(name), result, at(started), at(ended)});
  }
  void decision(const std::string& name, const std::string& when, GateOutcome outcome,
                const std::string& actor = "reviewer") {
    sources.decisions.push_back({id_of("decision" + std::to_string(sources.decisions.size())), id_of("rule"),
                                 "code_review", id_of(name), outcome, actor, at(when)});
  }

  ProjectRows compute(const std::string& as_of, const std::string& clock = "2030-01-01") const {
    return compute::compute_project(sources, {at(as_of), at(clock), floors_at(catalogue_policies(), at(as_of))});
  }

  ProjectSources sources;

 private:
  std::int64_t last_event_ = 0;
};

// The point of a trend row; nullptr where it was not written.
inline const TrendRow* find_trend(const ProjectRows& rows, const std::string& metric, Grain grain,
                                  const std::string& bucket, const Dimensions& dimensions = {}) {
  for (const auto& row : rows.trend)
    if (row.metric_key == metric && row.grain == grain && row.bucket == at(bucket) && row.dimensions == dimensions)
      return &row;
  return nullptr;
}

inline TrendRow trend(const ProjectRows& rows, const std::string& metric, Grain grain, const std::string& bucket,
                      const Dimensions& dimensions = {}) {
  const auto* row = find_trend(rows, metric, grain, bucket, dimensions);
  INFO("no " << metric << " " << std::string{to_string(grain)} << " point at " << bucket);
  REQUIRE(row != nullptr);
  return *row;
}

inline nlohmann::json json_of(const TrendRow& row) { return nlohmann::json::parse(row.value.json); }

}  // namespace tidemark::tests
