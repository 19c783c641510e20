#include "bench/load.hpp"

#include <fmt/format.h>

#include <functional>
#include <future>
#include <utility>

namespace tidemark::bench {
namespace {

constexpr std::size_t kChunk = 1 << 16;
constexpr int kPhases = 4;
constexpr int kMilestoneDays = 100;
constexpr int kChangeSetDays = 14;

// Lines of COPY's text format, sent in chunks.
class Lines {
 public:
  explicit Lines(const Connection::Put& put) : put_(put) {}
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Args>(args)...);
    buffer_.push_back('\n');
    if (buffer_.size() > kChunk) flush();
  }
  void flush() {
    put_({buffer_.data(), buffer_.size()});
    buffer_.clear();
  }

 private:
  const Connection::Put& put_;
  fmt::memory_buffer buffer_;
};

using Fill = std::function<void(Lines&)>;

void copy(Connection& connection, std::string_view columns, const Fill& fill) {
  connection.copy_in(fmt::format("COPY {} FROM STDIN", columns), [&](const Connection::Put& put) {
    Lines lines(put);
    fill(lines);
    lines.flush();
  });
}

constexpr std::string_view kEventColumns =
    "event_log (project_id, entity_type, entity_id, event_type, payload, caused_by, created_at)";
constexpr std::string_view kTaskColumns =
    "task (id, project_id, phase_id, milestone_id, short_id, title, state, priority, task_class, capability_tags, "
    "created_at, updated_at)";

void add_event(Lines& lines, const Shape& shape, int project, const Move& move) {
  const auto task = id_of("task", project, move.task);
  if (move.act == Act::comment) {
    lines.add("{}\ttask\t{}\tcomment_added\t{{\"length\": 80}}\t\\N\t{}", id_of("project", project, 0), task,
              format_instant(move.at));
    return;
  }
  lines.add("{}\ttask\t{}\ttask.state_changed\t{{\"to_state\": \"{}\"{}}}\t{}\t{}", id_of("project", project, 0), task,
            kActNames[static_cast<std::size_t>(move.act)],
            move.act == Act::blocked ? fmt::format(", \"reason\": \"waits for {}\"", move.task % 4) : "",
            agent_of(shape, project, move.task), format_instant(move.at));
}

int milestones_of(const Shape& shape) { return std::max(1, shape.days / kMilestoneDays); }

// A task as written to its table: when it was made, and when the row was last touched by the writer's clock.
struct TaskTimes {
  Instant created;
  Instant updated;
};

void add_task(Lines& lines, const Shape& shape, std::pair<int, std::int64_t> key, TaskTimes times) {
  const auto [project, task] = key;
  const auto created = times.created;
  static constexpr std::array<std::string_view, 2> kClasses{"feature", "bug"};
  static constexpr std::array<std::string_view, 3> kTags{"{}", "{}", "{sql}"};
  static constexpr std::array<int, 2> kPriorities{40, 80};
  const auto h = hash_of(static_cast<std::uint64_t>(project), static_cast<std::uint64_t>(task), 9);
  const auto age = (created - (kAsOf - shape.days * kDay)) / kHour;
  const auto part = [&](int parts) { return std::min<std::int64_t>(parts - 1, age * parts / (shape.days * 24)); };
  lines.add("{}\t{}\t{}\t{}\tT-{}\tTask {} of project {}\tbacklog\t{}\t{}\t{}\t{}\t{}", id_of("task", project, task),
            id_of("project", project, 0), id_of("phase", project, part(kPhases)),
            h % 20 == 0 ? "\\N" : id_of("milestone", project, part(milestones_of(shape))), task, task, project,
            kPriorities[h / 32 % 2], kClasses[h / 128 % 2], kTags[h / 512 % 3], format_instant(created),
            format_instant(times.updated));
}

// The tables of the plan.
void load_plan(Connection& connection, const Shape& shape) {
  const auto start = kAsOf - shape.days * kDay;
  const auto begun = format_instant(start);
  copy(connection, "project (id, name, created_at, updated_at)", [&](Lines& lines) {
    for (int p = 0; p < shape.projects; ++p)
      lines.add("{}\tProject {}\t{}\t{}", id_of("project", p, 0), p, begun, begun);
  });
  copy(connection, "phase (id, project_id, name, sequence, created_at, updated_at)", [&](Lines& lines) {
    for (int p = 0; p < shape.projects; ++p)
      for (int n = 0; n < kPhases; ++n)
        lines.add("{}\t{}\tPhase {}\t{}\t{}\t{}", id_of("phase", p, n), id_of("project", p, 0), n, n, begun, begun);
  });
  copy(
      connection,
      "milestone (id, project_id, name, sequence, planned_start_date, planned_completion_date, created_at, updated_at)",
      [&](Lines& lines) {
        const auto length = shape.days * kDay / milestones_of(shape);
        for (int p = 0; p < shape.projects; ++p)
          for (int n = 0; n < milestones_of(shape); ++n)
            lines.add("{}\t{}\tMilestone {}\t{}\t{}\t{}\t{}\t{}", id_of("milestone", p, n), id_of("project", p, 0), n,
                      n, format_day(start + n * length), format_day(start + (n + 1) * length), begun, begun);
      });
  copy(connection, "gate_rule (id, project_id, name, scope, created_at)", [&](Lines& lines) {
    for (int p = 0; p < shape.projects; ++p)
      for (int n = 0; n < 2; ++n)
        lines.add("{}\t{}\tgate {}\t{{\"gate_type\": \"{}\"}}\t{}", id_of("rule", p, n), id_of("project", p, 0), n,
                  n == 0 ? "review" : "security", begun);
  });
  copy(connection,
       "plan_change_set (id, project_id, base_plan_version, target_plan_version, status, operations, created_at, "
       "applied_at)",
       [&](Lines& lines) {
         for (int p = 0; p < shape.projects; ++p)
           for (int n = 0; n * kChangeSetDays < shape.days; ++n)
             lines.add("{}\t{}\t{}\t{}\tapplied\t[{{\"estimate_hours_delta\": {}}}]\t{}\t{}", id_of("change", p, n),
                       id_of("project", p, 0), n, n + 1, n % 5, begun,
                       format_instant(start + n * kChangeSetDays * kDay));
       });
}

// Calls row(project, task number, its life, a hash of both) for every task.
template <typename Row>
Fill for_each_task(const std::vector<ProjectHistory>& histories, Row&& row) {
  return [&histories, row](Lines& lines) {
    for (int p = 0; p < static_cast<int>(histories.size()); ++p) {
      const auto& tasks = histories[static_cast<std::size_t>(p)].tasks;
      for (std::size_t n = 0; n < tasks.size(); ++n)
        row(lines, p, static_cast<std::int64_t>(n), tasks[n], hash_of(static_cast<std::uint64_t>(p), n, 10));
    }
  };
}

void load_reviews(Connection& connection, const std::vector<ProjectHistory>& histories) {
  copy(connection, "gate_candidate_link (id, project_id, gate_task_id, candidate_task_id, created_at)",
       for_each_task(histories, [](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t) {
         if (life.submitted == kUnset) return;
         lines.add("{}\t{}\t{}\t{}\t{}", id_of("link", p, n), id_of("project", p, 0), id_of("task", p, n / 50 * 50),
                   id_of("task", p, n), format_instant(life.submitted));
       }));
  copy(connection, "gate_decision (id, project_id, gate_rule_id, task_id, outcome, actor_id, created_at)",
       for_each_task(histories, [](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t h) {
         const auto decide = [&](std::string_view outcome, Instant at, int which) {
           lines.add("{}\t{}\t{}\t{}\t{}\treviewer-{}\t{}", id_of("decision", p, 2 * n + which), id_of("project", p, 0),
                     id_of("rule", p, static_cast<std::int64_t>(h % 2)), id_of("task", p, n), outcome, h / 2 % 4,
                     format_instant(at));
         };
         if (life.rejected != kUnset) decide("rejected", life.rejected, 0);
         if (life.approved != kUnset && h % 10 < 4)
           decide(h % 40 == 0 ? "approved_with_risk" : "approved", life.approved, 1);
       }));
}

void load_deliveries(Connection& connection, const Shape& shape, const std::vector<ProjectHistory>& histories) {
  copy(connection, "lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at)",
       for_each_task(histories, [&](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t) {
         if (life.claimed == kUnset) return;
         const auto at = format_instant(life.claimed);
         lines.add("{}\t{}\t{}\t{}\treleased\t{}\t{}\t{}", id_of("lease", p, n), id_of("project", p, 0),
                   id_of("task", p, n), agent_of(shape, p, n), at, at, at);
       }));
  copy(connection, "integration_attempt (id, project_id, task_id, result, started_at, ended_at)",
       for_each_task(histories, [](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t h) {
         if (life.integrated == kUnset) return;
         const auto attempt = [&](std::string_view result, Instant end, int which) {
           lines.add("{}\t{}\t{}\t{}\t{}\t{}", id_of("attempt", p, 2 * n + which), id_of("project", p, 0),
                     id_of("task", p, n), result, format_instant(end - 5 * kMinute), format_instant(end));
         };
         if (h % 100 < 15) attempt(h % 2 == 0 ? "conflict" : "failed_checks", life.integrated - kHour, 0);
         attempt("success", life.integrated, 1);
       }));
  copy(connection, "artifact (id, project_id, task_id, agent_id, check_status, created_at)",
       for_each_task(histories, [&](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t h) {
         if (life.implemented == kUnset) return;
         lines.add("{}\t{}\t{}\t{}\t{}\t{}", id_of("artifact", p, n), id_of("project", p, 0), id_of("task", p, n),
                   agent_of(shape, p, n), h % 20 == 0 ? "pending" : (h % 10 == 1 ? "failed" : "passed"),
                   format_instant(life.implemented));
       }));
  copy(connection, "dependency_edge (id, project_id, from_task_id, to_task_id, unlock_on, created_at)",
       for_each_task(histories, [](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t h) {
         const auto before = n - 1 - static_cast<std::int64_t>(h / 8 % 10);
         if (h % 5 != 0 || before < 0) return;
         lines.add("{}\t{}\t{}\t{}\tintegrated\t{}", id_of("edge", p, n), id_of("project", p, 0),
                   id_of("task", p, before), id_of("task", p, n), format_instant(life.created));
       }));
}

void load_events(Connection& connection, const Shape& shape, const std::vector<ProjectHistory>& histories) {
  connection.run("DROP INDEX event_log_project, event_log_entity");
  copy(connection, kEventColumns, [&](Lines& lines) {
    const auto projects = static_cast<std::size_t>(shape.projects);
    for (std::size_t n = 0; n < static_cast<std::size_t>(shape.events_per_project); ++n)
      for (std::size_t p = 0; p < projects; ++p) {
        const auto project = (p * 7 + n * 13) % projects;  // 7 divides no size
        add_event(lines, shape, static_cast<int>(project), histories[project].moves[n]);
      }
  });
  connection.run(
      "SET maintenance_work_mem = '512MB'; CREATE INDEX event_log_project ON event_log (project_id, id); "
      "CREATE INDEX event_log_entity ON event_log (entity_id, id)");
}

}  // namespace

void load(const std::string& url, const Shape& shape) {
  std::vector<ProjectHistory> histories;
  for (int p = 0; p < shape.projects; ++p) histories.push_back(project_history(shape, p));
  Connection connection(url);
  connection.run("SET session_replication_role = replica; SET synchronous_commit = off");  // foreign keys hold already
  load_plan(connection, shape);
  auto events = std::async(std::launch::async, [&] {
    Connection own(url);
    own.run("SET session_replication_role = replica; SET synchronous_commit = off");
    load_events(own, shape, histories);
  });
  copy(connection, kTaskColumns,
       for_each_task(histories, [&](Lines& lines, int p, std::int64_t n, const Life& life, std::uint64_t) {
         add_task(lines, shape, {p, n}, {life.created, life.created});
       }));
  load_reviews(connection, histories);
  load_deliveries(connection, shape, histories);
  events.get();
  connection.run("VACUUM (ANALYZE)");
}

std::int64_t add_batch(Connection& connection, const Shape& shape, const Batch& batch) {
  constexpr int kTasks = 10;
  constexpr int kNewest = 30;  // of the tasks that are there, these move
  constexpr std::array kActs{Act::claimed, Act::implemented, Act::awaiting_review, Act::blocked, Act::integrated};
  const auto old_tasks = shape.tasks();
  const auto new_task = [&](int n) { return old_tasks + batch.round * kTasks + n; };
  const auto old_task = [&](int n) { return std::max(0, old_tasks - 1 - (batch.round * kTasks + n) % kNewest); };
  const auto now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());  // discovery goes by it
  connection.run("BEGIN");
  copy(connection, kTaskColumns, [&](Lines& lines) {
    for (const int p : batch.projects)
      for (int n = 0; n < kTasks; ++n) add_task(lines, shape, {p, new_task(n)}, {batch.from + n * kMinute, now});
  });
  std::int64_t events = 0;
  copy(connection, kEventColumns, [&](Lines& lines) {
    for (std::size_t act = 0; act < kActs.size(); ++act)
      for (int n = 0; n < 2 * kTasks; ++n)
        for (const int p : batch.projects) {
          const auto task = n < kTasks ? new_task(n) : old_task(n - kTasks);
          const auto at = batch.from + (10 + 9 * static_cast<int>(act)) * kMinute + n * std::chrono::seconds{1};
          add_event(lines, shape, p, {at, static_cast<std::uint32_t>(task), kActs[act]});
          ++events;
        }
  });
  connection.run("COMMIT");
  return events;
}

}  // namespace tidemark::bench
