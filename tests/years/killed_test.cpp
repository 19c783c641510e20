// Compactions that are killed at any instant: nothing that a policy names is lost, no fine row goes before the week
// that stands for it is there, refreshes in between write nothing below the floors, and the next whole run leaves what
// one that was never killed leaves. Spec: jobs, "Compaction"; product, promise 3.
//
//   TIDEMARK_KILLS=n   how many the long test makes; default 100
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <thread>

#include "jobs/compact.hpp"
#include "jobs/refresh.hpp"
#include "migrations/migrator.hpp"
#include "support/cluster.hpp"
#include "support/comparison.hpp"
#include "support/environment.hpp"
#include "support/sql.hpp"
#include "torture/event_processes.hpp"
#include "years/project_life.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using std::chrono::steady_clock;

namespace {

constexpr std::uint64_t kSeed = 20180507;
constexpr std::size_t kProjects = 2;
constexpr const char* kToDie = "tidemark compact to die";
const Instant kBegin = Day{std::chrono::year{2018} / 1 / 1};
const Instant kFirst = kBegin + 89 * kDay;  // when everything since the beginning is within its policy
const Instant kAsOf = kBegin + 240 * kDay;  // when twenty weeks are due

readmodel::ConnectionSettings connection_of(const std::string& url, const char* name) {
  readmodel::ConnectionSettings settings;
  settings.url = url;
  settings.application_name = name;
  return settings;
}

void write_until(readmodel::Session& session, std::vector<ProjectLife>& lives, Instant to) {
  std::vector<SourceRow> rows;
  for (auto& life : lives)
    for (auto& arrival : life.until(to))
      if (arrival.act == Act::put) rows.push_back(std::move(arrival.row));
  write_rows(session, rows);
}

void refresh(const std::string& url, Instant as_of) {
  readmodel::Session session(connection_of(url, "tidemark refresh"));
  jobs::find_changes(session);
  jobs::RefreshOptions options;
  options.pool = {connection_of(url, "tidemark refresh"), 1};
  options.as_of = as_of;
  options.projects = jobs::refreshed_projects(session);
  REQUIRE(jobs::refresh(options).failures.empty());
}

// Rows of eight months, compacted never, and weeks that have to be merged.
class Prepared {
 public:
  Prepared() : name_(fmt::format("killed_pattern_{}", ::getpid())), url_(create_database(name_, kMigrated)) {
    migrations::MigrationOptions migration;
    migration.url = url_;
    migrations::Goal goal;
    goal.capture = migrations::ChangeCapture::install;
    migrations::apply(migration, goal);
    readmodel::Session session(connection_of(url_, "tidemark test"));
    std::vector<ProjectLife> lives;
    for (std::size_t n = 0; n < kProjects; ++n) lives.emplace_back(kSeed + n, fmt::format("Killed {}", n), 10, kBegin);
    write_until(session, lives, kFirst);
    refresh(url_, kFirst);
    write_until(session, lives, kAsOf);
    refresh(url_, kAsOf);
    run_sql(session,
            "DELETE FROM metrics_trend_point WHERE time_grain = 'week' AND hashtext(metric_key || time_bucket::date) % "
            "3 = 0 AND time_bucket < '2018-05-07'");
  }
  ~Prepared() { drop_database(name_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::string url_;
};

jobs::CompactOptions options(const std::string& url, const char* name) {
  jobs::CompactOptions options;
  options.pool = {connection_of(url, name), 1};
  readmodel::Session session(connection_of(url, "tidemark test"));
  options.projects = jobs::compacted_projects(session);
  options.retention = jobs::retention_in_force({});
  options.clock = kAsOf;
  options.as_of = kAsOf;
  options.batch_rows = 40;
  options.pause = std::chrono::milliseconds{1};
  return options;
}

using Lines = std::set<std::string>;

// Of all projects: project|table|id|metric|..
Lines lines_of(readmodel::Session& session) {
  Lines lines;
  for (const auto& project : jobs::refreshed_projects(session))
    for (const auto& line : stored_lines(session, project.id)) lines.insert(to_string(project.id) + '|' + line);
  return lines;
}

Lines without(const Lines& from, const Lines& what) {
  Lines rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::inserter(rest, rest.end()));
  return rest;
}

std::vector<std::string> fields(const std::string& line, std::size_t count) {
  std::vector<std::string> all;
  std::size_t from = 0;
  while (all.size() < count) {
    const auto end = line.find('|', from);
    all.push_back(line.substr(from, end - from));
    if (end == std::string::npos) break;
    from = end + 1;
  }
  return all;
}

// project|metric|Monday; nullopt: not of trend.
std::optional<std::string> week_of(const std::string& line) {
  const auto parts = fields(line, 6);
  if (parts[1] != "trend") return std::nullopt;
  return parts[0] + '|' + parts[3] + '|' + format_instant(bucket_start(Grain::week, at(parts[5])));
}

std::string first_of(const Lines& lines) { return lines.empty() ? "" : *lines.begin(); }

struct Ways {
  Lines before;  // as prepared
  Lines after;   // as a compaction leaves it that nobody kills
  std::chrono::duration<double> length{0};
};

// What has to hold wherever a compaction was killed.
void check_killed(const Ways& ways, const Lines& killed) {
  // Nothing is there that was not before and is not afterwards; what both have is there.
  const auto neither = without(without(killed, ways.before), ways.after);
  INFO("written by the killed run: " << first_of(neither));
  CHECK(neither.empty());
  Lines both;
  std::set_intersection(ways.before.begin(), ways.before.end(), ways.after.begin(), ways.after.end(),
                        std::inserter(both, both.end()));
  const auto lost = without(both, killed);
  INFO("lost: " << first_of(lost));
  CHECK(lost.empty());
  // A day that is gone has its week.
  std::set<std::optional<std::string>> weeks_begun;
  for (const auto& line : without(ways.before, killed)) weeks_begun.insert(week_of(line));
  weeks_begun.erase(std::nullopt);
  std::string too_early;
  for (const auto& line : without(without(ways.after, ways.before), killed))
    if (weeks_begun.count(week_of(line)) != 0) too_early = line;
  INFO("its days are gone before it came: " << too_early);
  CHECK(too_early.empty());
}

class Copy {
 public:
  Copy(const Prepared& prepared, int number)
      : name_(fmt::format("killed_{}_{}", ::getpid(), number)), url_(create_database(name_, prepared.name())) {}
  ~Copy() { drop_database(name_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  const std::string& url() const { return url_; }

 private:
  std::string name_;
  std::string url_;
};

// The server goes on with the statement of a client that is gone; returns when it has ended.
void wait_for_the_dead(readmodel::Session& session) {
  while (sql_value(session, fmt::format("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                        "application_name = '{}'",
                                        kToDie)) != "0")
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
}

// A change of months ago, found and computed.
void change_the_past(readmodel::Session& session, const std::string& url) {
  run_sql(session, R"(
    UPDATE task SET priority = 10 WHERE id IN (
      SELECT entity_id FROM event_log WHERE created_at BETWEEN '2018-02-05' AND '2018-02-12' AND payload->>'to_state' =
      'integrated' ORDER BY id LIMIT 3))");
  refresh(url, kAsOf);
}

Ways run_undisturbed(const Prepared& prepared) {
  Ways ways;
  const Copy copy(prepared, 0);
  readmodel::Session session(connection_of(copy.url(), "tidemark test"));
  ways.before = lines_of(session);
  const auto start = steady_clock::now();
  const auto report = jobs::compact(options(copy.url(), "tidemark compact"));
  ways.length = steady_clock::now() - start;
  REQUIRE(report.failures.empty());
  REQUIRE(report.left.empty());
  REQUIRE(report.total().merged > 0);
  REQUIRE(report.total().deleted > 1000);
  ways.after = lines_of(session);
  return ways;
}

void kill_compactions(int kills) {
  const Prepared prepared;
  auto ways = run_undisturbed(prepared);
  std::mt19937_64 random(kSeed);
  int done = 0;
  int untouched = 0;
  int ended = 0;
  for (int number = 1; done < kills; ++number) {
    const Copy copy(prepared, number);
    readmodel::Session session(connection_of(copy.url(), "tidemark test"));
    bool whole = true;  // nothing of it has been done yet
    for (auto tries = 1 + random() % 4; tries > 0 && done < kills; --tries) {
      const auto start = steady_clock::now();
      Child child([&] {
        if (jobs::compact(options(copy.url(), kToDie)).failures.empty()) ::_exit(0);
        ::_exit(1);
      });
      const auto blow = start + ways.length * (static_cast<double>(random() % 1000) / 1000.0);
      while (!child.ended() && steady_clock::now() < blow) std::this_thread::sleep_for(std::chrono::milliseconds{1});
      if (child.ended()) {  // no kill: the next are dealt within what such a run really takes
        ++ended;
        if (whole) ways.length = std::min<std::chrono::duration<double>>(ways.length, steady_clock::now() - start);
        break;
      }
      child.end();
      ++done;
      whole = false;
      wait_for_the_dead(session);
      const auto killed = lines_of(session);
      untouched += killed == ways.before ? 1 : 0;
      check_killed(ways, killed);
    }
    // A refresh in between finds nothing to do, and writes nothing below a floor that has moved.
    const auto left = lines_of(session);
    refresh(copy.url(), kAsOf);
    CHECK(lines_of(session) == left);
    REQUIRE(jobs::compact(options(copy.url(), "tidemark compact")).failures.empty());
    const auto finished = lines_of(session);
    INFO("only after a kill: " << first_of(without(finished, ways.after)));
    INFO("only without one: " << first_of(without(ways.after, finished)));
    CHECK(finished == ways.after);
  }
  fmt::print(
      "{} compactions of {:.2f} s killed, {} of them before they wrote; {} more ended first; {} rows before, {} "
      "after\n",
      done, ways.length.count(), untouched, ended, ways.before.size(), ways.after.size());
  CHECK(untouched < kills);
}

}  // namespace

TEST_CASE("a compaction may be killed at any instant", "[years][killed]") { kill_compactions(8); }

TEST_CASE("after a compaction was killed, a change of the past is computed where rows stand", "[years][killed]") {
  const Prepared prepared;
  const auto changed_after = [&](int number, const std::function<bool(readmodel::Session&)>& stop) {
    const Copy copy(prepared, number);
    readmodel::Session session(connection_of(copy.url(), "tidemark test"));
    auto stopped = options(copy.url(), "tidemark compact");
    stopped.stop = [&] { return stop(session); };
    jobs::compact(stopped);
    change_the_past(session, copy.url());
    REQUIRE(jobs::compact(options(copy.url(), "tidemark compact")).failures.empty());
    return lines_of(session);
  };
  const auto undisturbed = changed_after(1, [](auto&) { return false; });
  // When the first hours are gone.
  const auto killed = changed_after(2, [first = std::string{}](readmodel::Session& session) mutable {
    const auto hours = sql_value(session, "SELECT count(*) FROM metrics_trend_point WHERE time_grain = 'hour'");
    if (first.empty()) first = hours;
    return hours != first;
  });
  INFO("only after a kill: " << first_of(without(killed, undisturbed)));
  INFO("only without one: " << first_of(without(undisturbed, killed)));
  CHECK(killed == undisturbed);
}

TEST_CASE("many compactions killed", "[.][long]") {
  kill_compactions(static_cast<int>(number_of_environment("TIDEMARK_KILLS", 100)));
}
