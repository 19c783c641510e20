// `tidemark run refresh` as it is called in operation, in processes that are killed, beside writers that commit in
// every order and a server that dies: at the end nothing is lost and nothing is doubled. The same test shows that a
// cursor without gaps loses events. TIDEMARK_TORTURE_SEED chooses other random numbers, TIDEMARK_TORTURE_SECONDS the
// length of the test tagged [long].
#include "jobs/refresh.hpp"

#include <fmt/format.h>

#include <memory>

#include "support/comparison.hpp"
#include "support/environment.hpp"
#include "torture/event_processes.hpp"
#include "torture/server.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr int kWriters = 8;
constexpr int kProjects = 4;
// Of each project: as many as there are events, or a task's next event would bring back what a worse cursor had lost.
constexpr int kTasks = 2000;
constexpr milliseconds kPause{100};

// A millisecond of the test is a minute of its sources, so that buckets of every grain end while it runs.
constexpr std::int64_t kPace = 60'000;
const Instant kBegin = Day{std::chrono::year{2024} / 1 / 5};

enum class Cursor {
  with_gaps,     // the product's
  largest_seen,  // id > last
};
enum class Layout { plain, partitioned };

struct Plan {
  Cursor cursor;
  Layout layout;
  std::chrono::seconds length;
  int kills;         // of refreshes, at least
  int server_kills;  // at least
};

struct Verdict {
  int refreshes = 0;  // that ended by themselves
  int kills = 0;
  int server_kills = 0;
  std::int64_t events = 0;
  std::int64_t dirty = 0;  // left in metrics_dirty
  std::size_t rows = 0;    // compared
  std::string differences;
};

void make_projects(readmodel::Session& session, Layout layout) {
  if (layout == Layout::partitioned) partition_events(session);
  // Every task has left its first state before the test begins: the first transition says what was before it.
  run_sql(session, fmt::format(R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
      SELECT md5('project' || p)::uuid, 'Project ' || p, 'active', '2024-01-01', '2024-01-01'
      FROM generate_series(0, {} - 1) AS p;
    INSERT INTO task (id, project_id, title, task_class, created_at, updated_at)
      SELECT md5('task' || p || '/' || n)::uuid, md5('project' || p)::uuid, 'Task ' || n, 'class ' || n % 3,
             timestamptz '2024-01-01Z' + n * interval '2 minutes', '2024-01-01'
      FROM generate_series(0, {} - 1) AS p, generate_series(0, {} - 1) AS n;
    INSERT INTO event_log (project_id, entity_type, entity_id, event_type, created_at)
      SELECT project_id, 'task', id, 'task.ready', created_at + interval '1 second' FROM task)",
                               kProjects, kProjects, kTasks));
}

class Torture {
 public:
  explicit Torture(const Plan& plan)
      : plan_(plan), random_(number_of_environment("TIDEMARK_TORTURE_SEED", 20160515)), start_(steady_clock::now()) {}

  Verdict run() {
    {
      readmodel::Session session(server_.connection());
      make_projects(session, plan_.layout);
    }
    if (plan_.cursor == Cursor::largest_seen) start_refresh()->wait();  // the rest is incremental
    start_ = steady_clock::now();
    const auto deadline = start_ + plan_.length;
    std::vector<std::unique_ptr<Child>> writers;
    for (int i = 0; i < kWriters; ++i)
      writers.push_back(std::make_unique<Child>([&, seed = random_()] {
        write_events(server_.url(), {seed, {"event_log"}, deadline, [this](auto& random) { return event(random); }});
      }));
    refresh_until(deadline);
    for (auto& writer : writers) writer->wait();
    return judge();
  }

 private:
  Instant now() const { return kBegin + kPace * std::chrono::floor<milliseconds>(steady_clock::now() - start_); }

  // A task enters a state, now.
  std::string event(std::mt19937_64& random) const {
    static constexpr std::array<const char*, 7> kStates{"ready",       "claimed",    "in_progress", "blocked",
                                                        "implemented", "integrated", "abandoned"};
    // A task that rests or is taken up again may cause a whole computation, which brings back what was lost.
    const auto states = plan_.cursor == Cursor::largest_seen ? 5 : kStates.size();
    const auto project = random() % kProjects;
    return fmt::format("md5('project{0}')::uuid, 'task', md5('task{0}/{1}')::uuid, 'task.{2}', '{{}}', '{3}'", project,
                       random() % kTasks, kStates[random() % states], format_instant(now()));
  }

  std::unique_ptr<Child> start_refresh() const {
    return std::make_unique<Child>([this] {
      const auto as_of = format_instant(now());
      std::FILE* nowhere = std::fopen("/dev/null", "w");
      ::dup2(::fileno(nowhere), 1);
      ::dup2(::fileno(nowhere), 2);
      ::setenv("TIDEMARK_DATABASE_URL", server_.url().c_str(), 1);
      ::execl(TIDEMARK_BINARY, TIDEMARK_BINARY, "run", "refresh", "--as-of", as_of.c_str(), nullptr);
    });
  }

  // What a plain cursor remembers: the largest id that it saw.
  void forget_gaps() {
    try {
      readmodel::Session session(server_.connection());
      run_sql(session, "UPDATE metrics_source_cursor SET gaps = '[]', baseline_wait = NULL WHERE source = 'event_log'");
    } catch (const std::exception&) {  // the server is away: next time
    }
  }

  // Two of three are killed, at any point of what such a run takes.
  void refresh_once() {
    const auto begin = steady_clock::now();
    auto refresh = start_refresh();
    const bool dies = plan_.kills > 0 && random_() % 3 != 0;
    const auto end = begin + std::chrono::microseconds(random_() % static_cast<std::uint64_t>(usual_.count()));
    while (!refresh->ended() && (!dies || steady_clock::now() < end)) std::this_thread::sleep_for(milliseconds{1});
    if (refresh->ended()) {
      ++verdict_.refreshes;
      usual_ = (3 * usual_ + std::chrono::ceil<Micros>(steady_clock::now() - begin)) / 4;
    } else {
      refresh->end();
      ++verdict_.kills;
    }
    if (plan_.cursor == Cursor::largest_seen) forget_gaps();
    std::this_thread::sleep_until(begin + kPause);
  }

  void refresh_until(const Deadline& deadline) {
    const auto calm = plan_.length / (plan_.server_kills + 1);
    auto next_blow = start_ + calm;
    while (steady_clock::now() < deadline || verdict_.kills < plan_.kills ||
           verdict_.server_kills < plan_.server_kills) {
      refresh_once();
      if (verdict_.server_kills >= plan_.server_kills || steady_clock::now() < next_blow) continue;
      const auto refresh = start_refresh();
      std::this_thread::sleep_for(Micros{random_() % static_cast<std::uint64_t>(usual_.count())});
      server_.kill();
      ++verdict_.server_kills;
      next_blow += calm;
    }
  }

  // Until no gap is left: what is prepared is committed, what was open has ended with its process.
  void refresh_the_rest(Instant as_of) {
    EventWriter session(server_.url());
    for (std::string gid; !(gid = session.run("SELECT gid FROM pg_prepared_xacts LIMIT 1")).empty();)
      session.run("COMMIT PREPARED '" + gid + "'");
    const auto patience = steady_clock::now() + std::chrono::seconds{60};
    std::string open;
    do {
      const auto command = fmt::format("'{}' --database-url '{}' run refresh --as-of {} > /dev/null 2>&1",
                                       TIDEMARK_BINARY, server_.url(), format_instant(as_of));
      REQUIRE(std::system(command.c_str()) == 0);
      open = session.run(
          "SELECT coalesce(sum(jsonb_array_length(gaps)) + count(baseline_wait), 0) FROM "
          "metrics_source_cursor");
    } while (open != "0" && plan_.cursor == Cursor::with_gaps && steady_clock::now() < patience);
  }

  Verdict judge() {
    const auto as_of = now();
    refresh_the_rest(as_of);
    readmodel::Session session(server_.connection());
    for (const auto& project : jobs::refreshed_projects(session)) {
      const auto expected = expected_lines(session, project, as_of);
      verdict_.rows += expected.size();
      verdict_.differences += differences(stored_lines(session, project.id), expected);
    }
    verdict_.events = std::stoll(sql_value(session, "SELECT count(*) FROM event_log"));
    verdict_.dirty = std::stoll(sql_value(session, "SELECT count(*) FROM metrics_dirty"));
    fmt::print("{} events, {} refreshes, {} killed, the server {} times; {} rows compared, {} changes left\n",
               verdict_.events, verdict_.refreshes, verdict_.kills, verdict_.server_kills, verdict_.rows,
               verdict_.dirty);
    return verdict_;
  }

  Plan plan_;
  std::mt19937_64 random_;
  Server server_;
  Deadline start_;
  Micros usual_ = milliseconds{150};
  Verdict verdict_;
};

void check_nothing_lost(const Plan& plan) {
  const auto verdict = Torture(plan).run();
  INFO(verdict.differences);
  CHECK(verdict.differences.empty());
  CHECK(verdict.dirty == 0);
  CHECK(verdict.refreshes > 0);
  CHECK(verdict.events > 100);
  CHECK(verdict.rows > 1000);
}

}  // namespace

TEST_CASE("refreshes that are killed beside writers in every order lose nothing", "[refresh]") {
  check_nothing_lost({Cursor::with_gaps, Layout::plain, std::chrono::seconds{5}, 5, 1});
}

TEST_CASE("refreshes that are killed lose nothing of a partitioned log", "[refresh]") {
  check_nothing_lost({Cursor::with_gaps, Layout::partitioned, std::chrono::seconds{5}, 5, 1});
}

TEST_CASE("a cursor on the largest id seen loses events of refreshes in the same test", "[refresh]") {
  CHECK_FALSE(Torture({Cursor::largest_seen, Layout::plain, std::chrono::seconds{5}, 0, 0}).run().differences.empty());
}

TEST_CASE("refreshes that are killed lose nothing for minutes", "[.][long][refresh]") {
  const std::chrono::seconds length(number_of_environment("TIDEMARK_TORTURE_SECONDS", 120));
  check_nothing_lost({Cursor::with_gaps, Layout::plain, length, 200, 20});
  check_nothing_lost({Cursor::with_gaps, Layout::partitioned, length, 200, 20});
}
