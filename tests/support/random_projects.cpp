#include "support/random_projects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "contracts/bucket.hpp"
#include "support/random_world.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

std::optional<ProjectShape> shape_of(std::uint64_t seed) {
  const auto n = static_cast<int>(seed % (2 * kProjectShapes));
  if (n >= kProjectShapes) return std::nullopt;
  return static_cast<ProjectShape>(n);
}

Instant day(const char* text) { return *parse_instant(text); }

// Names that are alike, empty, close to a dimension's own words, or too long for a key; some of more than one byte.
std::string name_of(Chance& chance) {
  std::string accents;
  for (int i = 0; i < 70; ++i) accents += "größe";
  return chance.one_of<std::string>({"Design", "Design", "Build", "Prüfung & Abnahme", "unassigned", "other", "", " ",
                                     "quote \" and \\ backslash", std::string(200, 'x'), std::string(201, 'x'), accents,
                                     accents + "!", "🚢 ship", "tab\tand\nline"});
}

json optional_date(RandomWorld& world, int percent) {
  if (!world.chance.hits(percent)) return nullptr;
  return format_day(world.sometime());
}

void add_phases(RandomWorld& world) {
  for (std::int64_t n = 0, count = world.chance.between(1, 5); n < count; ++n) {
    world.phases.push_back(world.id("phase", n));
    const auto created = format_instant(world.start);
    world.add("phase", world.start,
              {{"id", world.phases.back()},
               {"project_id", world.project_id()},
               {"name", name_of(world.chance)},
               {"sequence", n},
               {"created_at", created},
               {"updated_at", created}});
  }
}

// Dates in any combination. Ten days planned and one day late is the border of what counts as on time.
json milestone_row(RandomWorld& world, std::int64_t n) {
  const auto created = format_instant(world.start);
  json row = {{"id", world.id("milestone", n)},
              {"project_id", world.project_id()},
              {"phase_id",
               world.phases.empty() || world.chance.hits(30) ? json(nullptr) : json(world.chance.one_of(world.phases))},
              {"name", name_of(world.chance)},
              {"sequence", n},
              {"planned_start_date", optional_date(world, 60)},
              {"planned_completion_date", optional_date(world, 85)},
              {"actual_completion_date", optional_date(world, 40)},
              {"created_at", created},
              {"updated_at", created}};
  if (world.chance.hits(40)) {
    const auto planned = world.sometime();
    row["planned_completion_date"] = format_day(planned);
    row["planned_start_date"] = format_day(planned - world.chance.between(8, 11) * kDay);
    if (world.chance.hits(60)) row["actual_completion_date"] = format_day(planned + world.chance.between(-2, 2) * kDay);
  }
  return row;
}

void add_milestones(RandomWorld& world) {
  for (std::int64_t n = 0, count = world.chance.between(2, 8); n < count; ++n) {
    auto row = milestone_row(world, n);
    world.milestones.push_back(world.id("milestone", n));
    world.add("milestone", world.start, row);
    if (!world.chance.hits(20)) continue;
    row["actual_completion_date"] = optional_date(world, 80);  // known later
    world.add_at("milestone", world.sometime(), row);
  }
}

void add_project(RandomWorld& world) {
  // Made later than its first fact at times: a project's own created_at is no fact.
  const auto created = world.chance.hits(30) ? world.sometime() : world.start;
  const json row = {{"id", world.project_id()},
                    {"org_id", nullptr},
                    {"name", fmt::format("Random {}", world.seed)},
                    {"status", world.chance.one_of({"active", "active", "active", "active", "paused", "archived"})},
                    {"created_at", format_instant(created)},
                    {"updated_at", format_instant(created)}};
  world.add_at("project", Instant::min(), row);
}

// A random event's instant, or the middle of the span where there is none.
Instant some_event(RandomWorld& world) {
  for (int attempt = 0; attempt < 10 && !world.tasks.empty(); ++attempt) {
    const auto task = world.chance.one_of(world.tasks);
    if (!task.moves.empty() && task.moves.back().at < world.end) return task.moves.back().at;
  }
  return world.start + (world.end - world.start) / 2;
}

std::vector<Instant> as_ofs_of(RandomWorld& world) {
  const auto middle = world.start + (world.end - world.start) / 2;
  const auto event = some_event(world);
  const std::set<Instant> instants{middle + world.chance.below(kDay),
                                   bucket_start(Grain::day, middle),
                                   bucket_start(Grain::week, world.end),
                                   bucket_start(Grain::month, world.end),
                                   event,
                                   event - Micros{1},
                                   world.end,
                                   bucket_start(Grain::day, world.end) + kDay - Micros{1},
                                   world.end + 40 * kDay + world.chance.below(kDay),
                                   world.end + 100 * kDay};
  return {instants.begin(), instants.end()};
}

}  // namespace

RandomWorld::RandomWorld(std::uint64_t seed_, int task_count_)
    : seed(seed_), task_count(task_count_), shape(shape_of(seed_)), chance(seed_) {
  start = day("2023-01-01") + chance.below(700 * kDay);
  auto length = chance.one_of({3, 12, 30, 60, 150}) * kDay;
  if (is(ProjectShape::end_of_2020)) {
    start = day("2020-12-15") + chance.below(kDay);
    length = 30 * kDay;
  }
  if (is(ProjectShape::leap_day)) {
    start = day("2024-02-20") + chance.below(kDay);
    length = 14 * kDay;
  }
  if (is(ProjectShape::more_than_a_year)) length = 400 * kDay;
  start = on_clock(start);
  end = start + length;
}

std::string RandomWorld::id(const std::string& kind, std::int64_t n) const {
  return to_string(uuid_v5(tidemark_namespace(), fmt::format("random/{}/{}/{}", seed, kind, n)));
}

void RandomWorld::add(const std::string& table, Instant valid, json columns) {
  const auto late = chance.hits(10) ? chance.below(5 * kDay) : chance.below(kMinute);
  add_at(table, valid + late, std::move(columns));
}

void RandomWorld::add_at(const std::string& table, Instant arrival, json columns) {
  arriving.push_back({arrival, {table, std::move(columns)}});
}

Instant RandomWorld::sometime() { return on_clock(start + chance.below(end - start)); }

Micros RandomWorld::pause() {
  switch (chance.below(12)) {
    case 0: return Micros{0};
    case 1: return Micros{1};
    case 2: return chance.below(kMinute);
    case 3:
    case 4: return chance.below(kHour);
    case 5: return chance.one_of({1, 12, 24, 48, 72, 168}) * kHour;
    case 6: return 2 * kDay + Micros{1};
    case 7:
    case 8: return chance.below(6 * kDay);
    default: return chance.below(30 * kHour);
  }
}

Instant RandomWorld::on_clock(Instant t) const {
  return is(ProjectShape::on_the_hour) ? t - t.time_since_epoch() % (6 * kHour) : t;
}

std::string RandomWorld::task_or_stranger() {
  if (tasks.empty() || chance.hits(4)) return id("stranger", chance.below(3));
  return chance.one_of(tasks).id;
}

RandomProject random_project(std::uint64_t seed, int tasks) {
  RandomWorld world(seed, tasks);
  add_project(world);
  if (!world.is(ProjectShape::no_attributes)) {
    add_phases(world);
    add_milestones(world);
  }
  if (!world.is(ProjectShape::empty)) {
    add_tasks(world);
    add_reviews(world);
    add_delivery(world);
  }

  RandomProject project;
  project.id = *parse_uuid(world.project_id());
  project.as_ofs = as_ofs_of(world);
  std::stable_sort(world.arriving.begin(), world.arriving.end(),
                   [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
  for (auto& next : world.arriving) project.rows.push_back(std::move(next.row));
  return project;
}

}  // namespace tidemark::tests
