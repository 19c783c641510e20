// A week made of its days against the week that is computed from the sources, on generated histories. TIDEMARK_SEED and
// TIDEMARK_CASES choose the histories.
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <set>

#include "compute/merging.hpp"
#include "contracts/aggregate_state.hpp"
#include "contracts/json_text.hpp"
#include "contracts/schema.hpp"
#include "support/catch.hpp"
#include "support/chance.hpp"
#include "support/environment.hpp"
#include "support/history.hpp"
#include "support/week_rows.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using compute::merge_points;
using compute::StoredPoint;
using compute::week_difference;
using nlohmann::json;

namespace {

const Instant kBegin = Day{std::chrono::year{2023} / 12 / 20};

// A project whose tasks go through everything; the busier, the more of its weeks are more than a state keeps.
class BusyProject {
 public:
  BusyProject(std::uint64_t seed, int tasks, Micros span) : chance_(seed), span_(span) {
    for (int n = 0; n < tasks; ++n) add_task(n);
    for (int n = tasks / 5; n > 0; --n) {
      const auto hours = static_cast<double>(chance_.between(-90'000, 90'000)) / chance_.one_of({1, 10, 3});
      sources.change_sets.push_back(
          {next_key(), chance_.below(4), chance_.hits(80) ? std::optional{hours} : std::nullopt, sometime()});
    }
    for (int n = tasks / 4; n > 0; --n)
      sources.edges.push_back(
          {next_key(), task(chance_.below(tasks)), task(chance_.below(tasks)), "integrated", sometime()});
    for (int n = tasks / 2; n > 0; --n)
      sources.artifacts.push_back(
          {next_key(), std::nullopt, chance_.one_of({CheckStatus::passed, CheckStatus::failed}), sometime()});
    for (int n = 0; n < 6; ++n)
      sources.milestones.push_back({id_of("M" + std::to_string(n)), "M", sometime(), sometime(), sometime()});
  }

  ProjectSources sources;

 private:
  static Uuid task(std::int64_t n) { return id_of("T" + std::to_string(n)); }
  Instant sometime() { return kBegin + chance_.below(span_); }
  Micros pause() { return chance_.below(chance_.one_of({Micros{1}, kMinute, 9 * kHour, 3 * kDay, 20 * kDay})); }
  std::string next_key() { return to_string(id_of("key" + std::to_string(++keys_))); }

  void move(const Uuid& id, Instant when, const char* state) {
    TaskEventSource event;
    event.id = ++events_;
    event.task_id = id;
    event.event_type = "task.state_changed";
    event.to_state = state;
    event.reason = chance_.one_of({"vendor", "input"});
    event.caused_by = chance_.one_of({"ann", "bob", "cem"});
    event.created_at = when;
    sources.events.push_back(std::move(event));
  }

  void add_task(int n) {
    TaskSource source;
    source.id = task(n);
    source.short_id = "T" + std::to_string(n);
    source.priority = static_cast<int>(chance_.below(130));
    source.task_class = chance_.one_of<std::optional<std::string>>({"bug", "feature", "n", std::nullopt});
    source.phase = chance_.one_of<std::optional<std::string>>({"Build", "Test", std::nullopt});
    source.created_at = sometime();
    sources.tasks.push_back(source);
    Instant at = source.created_at;
    for (const char* state : {"ready", "claimed", "in_progress", "blocked", "in_progress", "implemented"})
      if (chance_.hits(85)) move(source.id, at += pause(), state);
    if (chance_.hits(80)) sources.links.push_back({next_key(), task(chance_.below(n + 1)), source.id, at += pause()});
    for (auto decisions = chance_.below(3); decisions > 0; --decisions)
      sources.decisions.push_back(
          {id_of(next_key()), id_of("rule"), chance_.one_of({"code_review", "security_review"}), source.id,
           chance_.one_of({GateOutcome::approved, GateOutcome::rejected, GateOutcome::approved_with_risk}),
           chance_.one_of({"ann", "bob"}), at += pause()});
    for (auto attempts = chance_.below(4); attempts > 0; --attempts) {
      const auto started = at += pause();
      sources.attempts.push_back(
          {id_of(next_key()), source.id,
           chance_.one_of({AttemptResult::success, AttemptResult::success, AttemptResult::conflict,
                           AttemptResult::failed_checks, AttemptResult::aborted}),
           started, at += pause()});
    }
    if (chance_.hits(80)) move(source.id, at += pause(), "integrated");
    if (chance_.hits(15)) move(source.id, at += pause(), "in_progress");
    if (chance_.hits(10)) move(source.id, at += pause(), "integrated");
  }

  Chance chance_;
  Micros span_;
  std::int64_t keys_ = 0;
  std::int64_t events_ = 0;
};

bool is_exact(const PointValue& point) { return point.json.find("\"approximate\"") == std::string::npos; }

// What a point tells of the bucket's end: absent in a merged one where the last day has no row.
json without_levels(const std::string& text) {
  auto point = json::parse(text);
  for (const char* member : {"queue_length", "completed_before", "share", "open_queue"}) point.erase(member);
  return point;
}

// The members that a percentile of a sketch may move, and the interval that it cannot have.
json without_percentiles(const std::string& text) {
  auto point = without_levels(text);
  for (const char* member : {"p50_minutes", "p75_minutes", "p85_minutes", "p90_minutes", "p95_minutes"})
    point.erase(member);
  return point;
}

struct Tally {
  std::int64_t weeks = 0;      // compared
  std::int64_t identical = 0;  // byte for byte
  std::int64_t other_end = 0;  // identical but for the level at the week's end
  std::int64_t sketches = 0;
  std::set<std::string> metrics, sketched;
};

void compare_sketch(const Metric& metric, const StoredPoint& week, const PointValue& merged) {
  const auto from_sources = json::parse(week.json);
  const auto from_days = json::parse(merged.json);
  REQUIRE(from_days.at("error_bound") == 0.01);
  auto rest_of_days = without_percentiles(merged.json);
  auto rest_of_sources = without_percentiles(week.json);
  rest_of_days.erase("approximate");
  rest_of_days.erase("error_bound");
  if (metric.headline == Headline::median) {
    CHECK_FALSE(rest_of_days.contains("confidence_interval"));
    rest_of_sources.erase("confidence_interval");
  }
  REQUIRE(rest_of_days == rest_of_sources);
  for (const char* member : {"p50_minutes", "p75_minutes", "p85_minutes", "p90_minutes", "p95_minutes"}) {
    REQUIRE(from_days.contains(member) == from_sources.contains(member));
    if (!from_days.contains(member)) continue;
    const double value = from_sources.at(member).get<double>();
    REQUIRE(std::abs(from_days.at(member).get<double>() - value) <= 0.01 * value * (1 + 1e-9));
  }
}

void compare_week(const Metric& metric, const Dimensions& dimensions, Instant start, const WeekRows& rows,
                  Tally& tally) {
  ++tally.weeks;
  tally.metrics.insert(std::string{metric.key});
  REQUIRE(week_difference(metric, dimensions.name, rows.week, rows.days, start) == "");
  const auto merged = merge_points(metric, dimensions.name, rows.days, start);
  REQUIRE(merged.has_value() == rows.week.has_value());
  if (!merged) return;
  for (const auto& violation : schema_violations("value_json/" + std::string{metric.key}, json::parse(merged->json)))
    FAIL_CHECK(violation.at << ": " << violation.problem);
  if (!is_exact(*merged)) {
    ++tally.sketches;
    tally.sketched.insert(std::string{metric.key});
    return compare_sketch(metric, *rows.week, *merged);
  }
  REQUIRE(merged->numeric == rows.week->numeric);
  if (rows.days.back().bucket + kDay != iso_week_end(start) && merged->json != rows.week->json) {
    ++tally.other_end;
    REQUIRE(without_levels(merged->json) == without_levels(rows.week->json));
    return;
  }
  REQUIRE(merged->json == rows.week->json);
  ++tally.identical;
}

}  // namespace

TEST_CASE("every whole week is what its days say, byte for byte where the state is exact", "[merging]") {
  const auto first = number_of_environment("TIDEMARK_SEED", 1);
  const auto count = number_of_environment("TIDEMARK_CASES", std::getenv("TIDEMARK_SEED") == nullptr ? 12 : 1);
  Tally tally;
  for (auto seed = first; seed < first + count; ++seed) {
    const BusyProject project(seed, seed % 3 == 0 ? 900 : 60, seed % 2 == 0 ? 30 * kDay : 90 * kDay);
    const Instant as_of = kBegin + 130 * kDay + Chance(seed).below(7 * kDay);
    const auto rows = compute::compute_project(project.sources, {as_of, as_of, {}});
    for (const auto& [key, week] : whole_weeks(rows.trend, as_of)) {
      const auto& [metric, dimensions, start] = key;
      INFO("TIDEMARK_SEED=" << seed << " " << metric << " " << dimensions.stored_form() << " " << format_day(start));
      compare_week(*find_metric(metric), dimensions, start, week, tally);
    }
  }
  CHECK(tally.identical > 0);
  if (count >= 12) {
    CHECK(tally.metrics.size() == all_metrics().size());
    CHECK(tally.sketched == std::set<std::string>{"cycle_time", "gate_latency", "lead_time", "time_in_state"});
    CHECK(tally.other_end > 0);
  }
  if (std::getenv("TIDEMARK_CASES") != nullptr)
    std::cout << count << " projects, " << tally.weeks << " weeks: " << tally.identical << " identical, "
              << tally.other_end << " but for the level at their end, " << tally.sketches << " out of sketches\n";
}
