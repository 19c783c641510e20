// The forecast of a milestone: cases worked by hand, and its edges. Spec: jobs, "Alerts, forecast, health".
#include "compute/milestone_health.hpp"

#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using namespace tidemark::tests;

namespace {

const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 15};

std::vector<std::int64_t> days(std::initializer_list<int> values) {
  std::vector<std::int64_t> micros;
  for (const int value : values) micros.push_back((value * kDay).count());
  return micros;
}

// Four tasks left, half a task a day: expected in 8 days. Cycle times of 2 and 6 days have the mean 4 and the deviation
// 2, half of it; so the deviation of the 8 days is sqrt(4) * 0.5 / 0.5 = 2 days.
MilestoneOutlook outlook_of(int available_days) { return {kAsOf + available_days * kDay, 4, 7, days({6, 2})}; }

std::optional<double> breach(const MilestoneOutlook& outlook) { return breach_probability(outlook, kAsOf); }

auto near(double expected) { return Approx(expected).margin(1e-6); }

// Seven tasks of milestone M1 completed in the last fourteen days, two of which were claimed, 2 and 6 days before; four
// that are left, one of them blocked; one dropped.
History milestone_history() {
  History h;
  const auto task = [&](const std::string& name) {
    auto& created = h.task(name, "2024-03-01T00:00:00Z");
    created.milestone = "M1";
    created.milestone_id = id_of("M1");
  };
  for (int i = 0; i < 7; ++i) {
    const std::string name = "done" + std::to_string(i);
    task(name);
    if (i < 2) h.moves(name, i == 0 ? "2024-03-04T00:00:00Z" : "2024-03-08T00:00:00Z", "in_progress");
    h.moves(name, "2024-03-10T00:00:00Z", "integrated");
  }
  for (int i = 0; i < 4; ++i) task("open" + std::to_string(i));
  h.moves("open0", "2024-03-09T00:00:00Z", "in_progress");
  h.moves("open1", "2024-03-09T00:00:00Z", "blocked");
  task("dropped");
  h.moves("dropped", "2024-03-09T00:00:00Z", "cancelled");
  h.task("elsewhere", "2024-03-01T00:00:00Z");
  return h;
}

void plan(History& h, const std::string& id, const std::string& date) {
  // As the reader hands out a date: its last instant.
  h.sources.milestones.push_back({id_of(id), "M1", std::nullopt, at(date) + kDay - Micros{1}, std::nullopt});
}

nlohmann::json milestone_of(const History& h) {
  const auto rows = compute_summaries(h.sources, {kAsOf, at("2030-01-01"), {}}, Slot::first_of_day);
  REQUIRE(rows.size() == 2);
  CHECK_FALSE(nlohmann::json::parse(rows[0].payload).contains("milestone"));
  return nlohmann::json::parse(rows[1].payload).at("milestone");
}

}  // namespace

TEST_CASE("golden: the breach probability is the normal tail of the expected duration") {
  CHECK(*breach(outlook_of(8)) == near(0.5));
  CHECK(*breach(outlook_of(10)) == near(0.158655));  // one deviation to spare
  CHECK(*breach(outlook_of(6)) == near(0.841345));
  CHECK(*breach(outlook_of(12)) == near(0.022750));
  CHECK(*breach(outlook_of(0)) == near(0.999968));  // due now, and not yet past
}

TEST_CASE("a milestone with nothing left is not breached, one past its date with tasks left is") {
  auto outlook = outlook_of(-1);
  CHECK(breach(outlook) == 1);
  CHECK(breach_probability(outlook, *outlook.planned_completion + Micros{1}) == 1);
  outlook.cycle_times.clear();  // past is past, whatever is known
  CHECK(breach(outlook) == 1);
  outlook.remaining = 0;
  CHECK(breach(outlook) == 0);
}

TEST_CASE("a breach is unknown without a date or with fewer than two cycle times") {
  auto outlook = outlook_of(8);
  outlook.planned_completion.reset();
  CHECK_FALSE(breach(outlook));
  outlook.remaining = 0;
  CHECK_FALSE(breach(outlook));
  outlook = outlook_of(8);
  outlook.cycle_times = days({4});
  CHECK_FALSE(breach(outlook));
  outlook.cycle_times.clear();
  CHECK_FALSE(breach(outlook));
}

TEST_CASE("a milestone that stands still is breached, and one that never varies is or is not") {
  auto outlook = outlook_of(800);
  outlook.completed_lately = 0;
  CHECK(breach(outlook) == 1);
  for (const auto& steady : {days({3, 3, 3}), days({0, 0})}) {
    outlook = outlook_of(8);
    outlook.cycle_times = steady;
    CHECK(breach(outlook) == 0);  // done just in time
    *outlook.planned_completion -= Micros{1};
    CHECK(breach(outlook) == 1);
  }
}

TEST_CASE("the order of the cycle times changes nothing") {
  auto outlook = outlook_of(9);
  outlook.cycle_times = days({1, 7, 3, 90, 5});
  const auto once = breach(outlook);
  std::reverse(outlook.cycle_times.begin(), outlook.cycle_times.end());
  CHECK(breach(outlook) == once);
}

TEST_CASE("a milestone's summary carries its tasks, its date and the breach probability") {
  auto h = milestone_history();
  plan(h, "M1", "2024-03-24");  // 10 days ahead at its last instant
  const auto milestone = milestone_of(h);
  CHECK(milestone == nlohmann::json::parse(R"({"breach_probability": 0.1587, "planned_completion_date": "2024-03-24",
      "tasks": {"total": 12, "completed": 7, "dropped": 1, "open": 4, "wip": 2, "blocked": 1}})"));
}

TEST_CASE("without a date or a history a milestone's summary carries its tasks only") {
  auto h = milestone_history();
  CHECK_FALSE(milestone_of(h).contains("planned_completion_date"));
  CHECK_FALSE(milestone_of(h).contains("breach_probability"));

  History fresh;
  fresh.task("T1", "2024-03-14T00:00:00Z").milestone = "M1";
  fresh.sources.tasks.back().milestone_id = id_of("M1");
  plan(fresh, "M1", "2024-03-24");
  const auto milestone = milestone_of(fresh);
  CHECK(milestone["planned_completion_date"] == "2024-03-24");
  CHECK_FALSE(milestone.contains("breach_probability"));
}

TEST_CASE("of several milestones of one name, the earliest date with open tasks counts") {
  auto h = milestone_history();
  plan(h, "M1", "2024-03-24");
  plan(h, "M1 of another phase", "2024-03-16");  // without tasks
  CHECK(milestone_of(h)["planned_completion_date"] == "2024-03-24");
  h.sources.tasks.back().milestone = "M1";
  h.sources.tasks.back().milestone_id = id_of("M1 of another phase");
  CHECK(milestone_of(h)["planned_completion_date"] == "2024-03-16");
  CHECK(milestone_of(h)["tasks"]["open"] == 5);
}

TEST_CASE("completions older than fourteen days make no pace, and cycle times older than ninety days no history") {
  auto h = milestone_history();
  plan(h, "M1", "2024-12-31");
  const auto later = [&](const std::string& as_of) {
    const auto rows = compute_summaries(h.sources, {at(as_of), at("2030-01-01"), {}}, Slot::first_of_day);
    return nlohmann::json::parse(rows.back().payload).at("milestone").value("breach_probability", -1.0);
  };
  CHECK(later("2024-03-24T00:00:00Z") == 0);  // completed exactly fourteen days ago
  CHECK(later("2024-03-24T00:00:00.000001Z") == 1);
  CHECK(later("2024-06-08T00:00:00Z") == 1);  // completed exactly ninety days ago
  CHECK(later("2024-06-08T00:00:00.000001Z") == -1);
}
