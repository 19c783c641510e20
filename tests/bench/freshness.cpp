// From the commit of an event to the instant at which it is surely visible: the end of the first refresh that began
// after the commit.
#include <fmt/format.h>

#include <mutex>
#include <thread>

#include "bench/bench.hpp"
#include "bench/load.hpp"

namespace tidemark::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEventsPerCommit = 10;
constexpr std::chrono::milliseconds kBetweenCommits{20};  // 500 events a second
constexpr std::chrono::seconds kBetweenRefreshes{1};

struct Commit {
  Clock::time_point at;
  std::vector<int> projects;
};

Micros since(Clock::time_point start) { return std::chrono::duration_cast<Micros>(Clock::now() - start); }

// Commits events at the rate until stopped, each of a task that is there, and tells of every commit.
class Writer {
 public:
  Writer(const Database& db, Clock::time_point start)
      : db_(db), start_(start), thread_([this](std::stop_token stop) { write(stop); }) {}

  // The commits so far that were not taken yet.
  std::vector<Commit> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(commits_, {});
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }
  std::int64_t events() const { return events_; }

 private:
  void write(const std::stop_token& stop) {
    try {
      Connection connection(db_.url);
      connection.run("SET application_name = 'tidemark bench writer'");
      for (std::uint64_t n = 0; !stop.stop_requested(); ++n) {
        std::this_thread::sleep_until(start_ + n * kBetweenCommits);
        const auto projects = write_events(connection, n);
        const std::lock_guard lock(mutex_);
        commits_.push_back({Clock::now(), projects});
        events_ += kEventsPerCommit;
      }
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  std::vector<int> write_events(Connection& connection, std::uint64_t n) const {
    constexpr std::array<std::string_view, 4> kStates{"in_progress", "implemented", "awaiting_review", "integrated"};
    const auto at = format_instant(db_.as_of + since(start_));
    std::vector<int> projects;
    std::string sql =
        "INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at) VALUES ";
    for (std::uint64_t i = 0; i < kEventsPerCommit; ++i) {
      const auto h = hash_of(n, i, 11);
      const auto project = static_cast<int>(h % static_cast<std::uint64_t>(db_.shape.projects));
      const auto task =
          db_.shape.tasks() - 1 -
          static_cast<int>(h / 4096 % std::min<std::uint64_t>(30, static_cast<std::uint64_t>(db_.shape.tasks())));
      sql += fmt::format(R"({}('{}', 'task', '{}', 'task.state_changed', '{{"to_state": "{}"}}', '{}'))",
                         i == 0 ? "" : ", ", id_of("project", project, 0), id_of("task", project, task),
                         kStates[h / 262144 % kStates.size()], at);
      projects.push_back(project);
    }
    connection.run(sql);
    return projects;
  }

  const Database& db_;
  Clock::time_point start_;
  std::mutex mutex_;
  std::vector<Commit> commits_;
  std::int64_t events_ = 0;
  std::exception_ptr failure_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace

void measure_freshness(Run& run, Database& db) {
  Refresher refresh(db);
  std::vector<Seconds> delays;
  std::vector<Seconds> refreshes;
  const auto start = Clock::now();
  Writer writer(db, start);
  const auto catch_up = [&] {
    const auto commits = writer.take();
    refreshes.push_back(timed([&] { refresh(db.as_of + since(start)); }));
    const auto visible = Clock::now();
    for (const auto& commit : commits) delays.insert(delays.end(), commit.projects.size(), visible - commit.at);
  };
  auto next = start + kBetweenRefreshes;
  while (Clock::now() - start < run.freshness_length) {
    std::this_thread::sleep_until(next);
    catch_up();
    next = std::max(next + kBetweenRefreshes, Clock::now());  // missed slots are run once
  }
  writer.stop();
  const auto elapsed = since(start);
  catch_up();
  db.as_of += since(start);
  run.figures.add({fmt::format("commit to visible, {:.0f} events/s into {} projects for {}",
                               static_cast<double>(writer.events()) / Seconds{elapsed}.count(), db.shape.projects,
                               text(Seconds{elapsed})),
                   fmt::format("p50 {}, p99 {}, longest {}", text(percentile(delays, 0.5)),
                               text(percentile(delays, 0.99)), text(percentile(delays, 1))),
                   fmt::format("a refresh takes {}", text(refreshes)), "", "p99 under 2 s"});
}

}  // namespace tidemark::bench
