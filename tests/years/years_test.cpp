// Simulated years with compaction every day: see simulation.hpp for what holds after each of them.
//
//   TIDEMARK_YEARS=n   how many the long test simulates; default 10
//   TIDEMARK_SEED=n    another history
//
// Spec: jobs, "Compaction"; delivery metrics, section 2.
#include <fmt/format.h>

#include "support/catch.hpp"
#include "support/environment.hpp"
#include "years/row_counts.hpp"
#include "years/simulation.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

constexpr std::uint64_t kFirstSeed = 20160104;
constexpr int kDaysBetweenCounts = 7;

void print(const SimulationFigures& f) {
  fmt::print(
      "{} days, {:.3f} s each, {:.3f} s of it in the jobs; {} source rows arrived, were corrected or taken back, {} "
      "events "
      "purged; {} weeks and months compared, {} of them as merged ones, {} finer rows; {} week rows merged, {} rows "
      "deleted, {} times a week left; {} changes came too late\n",
      f.days, static_cast<double>(f.micros) / 1e6 / static_cast<double>(f.days),
      static_cast<double>(f.micros_in_jobs) / 1e6 / static_cast<double>(f.days), f.arrivals, f.purged, f.coarse_rows,
      f.approximate, f.fine_rows, f.merged, f.deleted, f.weeks_left, f.late_changes);
}

// Two projects: one whose sources are kept for ever, one whose owner deletes what is older than 120 days.
void simulate(Instant begin, Instant end, const std::string& name) {
  const auto seed = number_of_environment("TIDEMARK_SEED", kFirstSeed);
  // When the simulation begins, the projects have lived for so long that a week is due soon.
  const Instant born = begin - 12 * kWeek;
  Simulation simulation(
      begin, {{ProjectLife(seed, "Kept", 5, born), std::nullopt}, {ProjectLife(seed + 1, "Purged", 9, born), 120}},
      seed);
  const std::filesystem::path folder{TIDEMARK_TEST_OUTPUT};
  const auto csv = folder / (name + ".csv");
  RowCounts counts(csv);
  int wrong_days = 0;
  while (simulation.as_of() < end - kDay && wrong_days < 3) {
    const auto wrong = simulation.day();
    if (simulation.figures().days % kDaysBetweenCounts == 0) counts.add(simulation.session(), simulation.as_of());
    if (wrong.empty()) continue;
    ++wrong_days;
    UNSCOPED_INFO(wrong);
    fmt::print("TIDEMARK_SEED={} {}", seed, wrong);
  }
  print(simulation.figures());
  CHECK(wrong_days == 0);
  CHECK(simulation.figures().merged > 0);
  CHECK(simulation.figures().weeks_left > 0);
  plot_row_counts(csv, folder / (name + ".png"));
}

}  // namespace

TEST_CASE("a simulated year: what stands is what the policies name, and weeks are what the sources say", "[years]") {
  simulate(at("2020-01-06"), at("2021-01-08"), "one-year");
}

TEST_CASE("simulated years", "[.][long]") {
  const auto years = number_of_environment("TIDEMARK_YEARS", 10);
  const Instant begin = at("2016-01-04");
  simulate(begin, begin + static_cast<int>(years) * 365 * kDay, "ten-years");
}
