#include "property/replay.hpp"

#include <thread>

#include "property/source_writers.hpp"
#include "readmodel/floor_store.hpp"
#include "support/comparison.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

constexpr const char* kDeleteBelowFloors = R"(
DELETE FROM metrics_trend_point AS p USING metrics_compaction_floor AS f
WHERE p.project_id = f.project_id AND p.metric_key = f.metric_key
  AND p.time_bucket < CASE p.time_grain WHEN 'hour' THEN f.trend_hour WHEN 'day' THEN f.trend_day
                                        WHEN 'week' THEN f.trend_week ELSE f.trend_month END
  AND date_trunc('week', p.time_bucket, 'UTC') <> ALL (f.left_weeks);
DELETE FROM metrics_breakdown_point AS p USING metrics_compaction_floor AS f
WHERE p.project_id = f.project_id AND p.metric_key = f.metric_key AND p.time_bucket < f.breakdown;
DELETE FROM metrics_drilldown AS p USING metrics_compaction_floor AS f
WHERE p.project_id = f.project_id AND p.metric_key = f.metric_key AND p.time_bucket < f.drilldown)";

// Ends the sessions of a refresh after a while, from another one.
class Assassin {
 public:
  Assassin(const readmodel::ConnectionSettings& own, std::string victim, int after_us)
      : thread_([own, victim = std::move(victim), after_us] {
          try {
            readmodel::Session session(own);
            std::this_thread::sleep_for(Micros{after_us});
            run_sql(session,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name = '" +
                        victim + "'");
          } catch (const std::exception&) {  // then nobody is killed
          }
        }) {}

 private:
  std::jthread thread_;
};

class Replay {
 public:
  Replay(const Setting& setting, Tally& tally)
      : job_(setting.job),
        tally_(tally),
        database_(empty_case_database(setting.capture)),
        session_(database_.connection()),
        writers_(database_.connection()) {}

  std::optional<std::string> run(const Steps& steps, Reference reference) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto wrong = act(steps, i);
      if (!wrong.empty()) return "after " + text_of(steps[i]) + "\n" + wrong;
    }
    if (reference == Reference::second_schema && refreshed_) {
      const auto wrong = compare_second_schema();
      if (!wrong.empty()) return "against a full refresh into empty tables\n" + wrong;
    }
    return std::nullopt;
  }

 private:
  // Moves `i` to the last step done.
  std::string act(const Steps& steps, std::size_t& i) {
    if (const auto* refresh = std::get_if<Refresh>(&steps[i])) return act(*refresh);
    changed_ = true;
    if (const auto* remove = std::get_if<Remove>(&steps[i]))
      writers_.remove(remove->writer, remove->table, remove->key);
    if (const auto* commit = std::get_if<Commit>(&steps[i])) writers_.commit(commit->writer);
    if (const auto* rollback = std::get_if<Rollback>(&steps[i])) writers_.roll_back(rollback->writer);
    if (const auto* write = std::get_if<Write>(&steps[i])) {
      // What a writer writes without a pause goes together: only the time differs.
      std::vector<SourceRow> rows{write->row};
      for (; i + 1 < steps.size(); ++i) {
        const auto* next = std::get_if<Write>(&steps[i + 1]);
        if (next == nullptr || next->writer != write->writer) break;
        rows.push_back(next->row);
      }
      writers_.write(write->writer, rows);
    }
    return {};
  }

  Floors floors_of(const Uuid& project) {
    readmodel::Transaction tx(session_, readmodel::Isolation::read_committed);
    return readmodel::read_floors(tx, project);
  }

  // As compaction leaves a project: of the weeks that are past their policy some are left where they are, and of those
  // left before some are gone now.
  void compact(const Refresh& refresh) {
    const auto target = floors_at(rules_of(refresh.retention).policies, refresh.as_of);
    const auto is_left = [&](Instant week) {
      return (week.time_since_epoch() + refresh.as_of.time_since_epoch()) / kWeek % 3 == 0;
    };
    for (const auto& project : jobs::refreshed_projects(session_)) {
      auto floors = floors_of(project.id);
      for (auto& [metric, of_metric] : floors) {
        const Instant from = of_metric.of(KeptRows::trend_day);
        const Instant to = tidemark::floors_of(target, metric).of(KeptRows::trend_day);
        for (const auto rows : kKeptRows)
          of_metric.of(rows) = std::max(of_metric.of(rows), tidemark::floors_of(target, metric).of(rows));
        for (Instant week = from; week < to; week += kWeek) of_metric.left_weeks.push_back(week);
        std::erase_if(of_metric.left_weeks, [&](Instant week) { return !is_left(week); });
      }
      readmodel::Transaction tx(session_, readmodel::Isolation::read_committed);
      readmodel::write_floors(tx, project.id, floors);
      tx.commit();
    }
    run_sql(session_, kDeleteBelowFloors);
  }

  std::string act(const Refresh& refresh) {
    const bool idle = !changed_ && refreshed_ && refreshed_->as_of == refresh.as_of;
    if (refresh.compacted) compact(refresh);
    tally_.late_commits += writers_.open();
    if (refresh.crash) run_until_crash(refresh);
    const auto report = job_(database_.connection(), refresh);
    ++tally_.refreshes;
    tally_.projects += static_cast<std::int64_t>(report.projects);
    tally_.whole += static_cast<std::int64_t>(report.whole);
    changed_ = false;
    refreshed_ = refresh;
    if (!report.failures.empty()) return "  the refresh failed: " + report.failures.front().reason + "\n";
    if (idle && (report.written() != 0 || report.deleted() != 0 || report.quarantine_changes != 0))
      return "  the refresh wrote rows though nothing had changed\n";
    return compare();
  }

  // A refresh that may die.
  void run_until_crash(const Refresh& refresh) {
    ++tally_.crashes;
    try {
      auto dying = database_.connection();
      if (refresh.crash->way == CrashWay::at_any_time) {
        dying.application_name += " to die";
        const Assassin assassin(database_.connection(), dying.application_name, refresh.crash->at);
        tally_.failures += !job_(dying, refresh).failures.empty();
      } else {
        dying = database_.connection(session_, *refresh.crash);
        tally_.failures += !job_(dying, refresh).failures.empty();
      }
    } catch (const Error&) {
      ++tally_.failures;
    }
  }

  std::string compare() {
    auto wrong = left_behind(session_);
    for (const auto& project : jobs::refreshed_projects(session_)) {
      const auto expected = expected_lines(session_, project, refreshed_->as_of);
      const auto different = differences(stored_lines(session_, project.id), expected);
      if (!different.empty()) wrong += "  project " + to_string(project.id) + "\n" + different;
      ++tally_.comparisons;
      tally_.rows += static_cast<std::int64_t>(expected.size());
    }
    return wrong;
  }

  std::string compare_second_schema() {
    const auto projects = jobs::refreshed_projects(session_);
    readmodel::Session second(database_.second());
    for (const auto& project : projects) {
      readmodel::Transaction tx(second, readmodel::Isolation::read_committed);
      readmodel::write_floors(tx, project.id, floors_of(project.id));
      tx.commit();
    }
    const auto report = jobs::refresh({{database_.second(), 1},
                                       refreshed_->as_of,
                                       projects,
                                       rules_of(refreshed_->retention),
                                       {},
                                       jobs::RefreshMode::whole});
    if (!report.failures.empty()) return "  " + report.failures.front().reason + "\n";
    std::string wrong;
    for (const auto& project : projects) {
      const auto different = differences(stored_lines(session_, project.id), stored_lines(second, project.id));
      if (!different.empty()) wrong += "  project " + to_string(project.id) + "\n" + different;
      ++tally_.in_second_schema;
    }
    return wrong;
  }

  const RefreshJob& job_;
  Tally& tally_;
  const CaseDatabase& database_;
  readmodel::Session session_;
  SourceWriters writers_;
  std::optional<Refresh> refreshed_;
  bool changed_ = false;  // since
};

}  // namespace

jobs::RetentionRules rules_of(const RetentionDays& days) {
  jobs::RetentionRules rules;
  for (auto& [metric, policy] : rules.policies) policy = policy_of(days);
  return rules;
}

std::optional<std::string> replay(const Steps& steps, const Setting& setting, Reference reference, Tally& tally) {
  ++tally.cases;
  return Replay(setting, tally).run(steps, reference);
}

}  // namespace tidemark::tests
