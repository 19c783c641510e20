#include "migrations/planning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"

namespace tidemark::migrations {
namespace {

class Planner {
 public:
  Planner(const History& history, const Catalogue& catalogue) : catalogue_(catalogue) {
    for (const auto set : kSets) at(set) = level(history, set);
  }

  void move_to(Level goal) {
    if (goal.version >= at(goal.set))
      raise(goal);
    else
      lower(goal);
  }

  void raise(Level goal) {
    while (at(goal.set) < goal.version) {
      const auto& next = catalogue_.at(goal.set, at(goal.set) + 1);
      if (next.needs) raise(*next.needs);
      steps_.push_back({&next, Direction::up});
      ++at(goal.set);
    }
  }

  void lower(Level goal) {
    while (at(goal.set) > goal.version) {
      const auto& last = catalogue_.at(goal.set, at(goal.set));
      lower_dependents(last);
      steps_.push_back({&last, Direction::down});
      --at(goal.set);
    }
  }

  bool applied(MigrationSet set) { return at(set) > 0; }
  std::vector<Step> steps() && { return std::move(steps_); }

 private:
  int& at(MigrationSet set) { return levels_[static_cast<std::size_t>(set)]; }

  void lower_dependents(const Migration& base) {
    for (const auto set : kSets) {
      if (set == base.set) continue;
      const auto& migrations = catalogue_.of(set);
      const auto dependent = std::find_if(migrations.begin(), migrations.end(), [&](const Migration& migration) {
        return migration.needs && migration.needs->set == base.set && migration.needs->version >= base.version;
      });
      if (dependent != migrations.end()) lower({set, dependent->version - 1});
    }
  }

  const Catalogue& catalogue_;
  std::array<int, kSets.size()> levels_{};
  std::vector<Step> steps_;
};

}  // namespace

int level(const History& history, MigrationSet set) {
  int newest = 0;
  for (const auto& applied : history)
    if (applied.set == set) newest = std::max(newest, applied.version);
  return newest;
}

std::optional<std::string> target_schema(const History& history, MigrationSet set) {
  for (const auto& applied : history)
    if (applied.set == set) return applied.target_schema;
  return std::nullopt;
}

bool Step::drops_data() const {
  return sql().find("DROP TABLE") != std::string_view::npos || sql().find("DROP COLUMN") != std::string_view::npos;
}

void check_history(const History& history, const Catalogue& catalogue) {
  std::array<int, kSets.size()> expected{};
  for (const auto& applied : history) {
    const auto set = to_string(applied.set);
    const auto applied_title = title(applied.version, applied.name);
    if (applied.version > catalogue.newest(applied.set))
      throw Error(
          ErrorKind::failed,
          fmt::format("this database has {}/{} of a newer Tidemark, this one knows {} migrations of that set; use "
                      "the newer one, or undo the migration with it",
                      set, applied_title, catalogue.newest(applied.set)));
    if (applied.version != ++expected[static_cast<std::size_t>(applied.set)])
      throw Error(ErrorKind::failed, fmt::format("{}/{} is applied, but the one before it is not; restore the rows of "
                                                 "metrics_migration_history from a backup",
                                                 set, applied_title));
    const auto& migration = catalogue.at(applied.set, applied.version);
    if (applied.checksum != migration.checksum)
      throw Error(ErrorKind::failed,
                  fmt::format("{} was edited after it was applied to this database on {} (SHA-256 then {:.12}.., now "
                              "{:.12}..); restore the file, and put the change into a new migration",
                              file_name(migration, Direction::up), format_day(applied.applied_at), applied.checksum,
                              migration.checksum));
  }
}

std::vector<Step> plan_steps(const History& history, const Goal& goal, const Catalogue& catalogue) {
  Planner planner(history, catalogue);
  if (goal.level) {
    const auto newest = catalogue.newest(goal.level->set);
    if (goal.level->version < 0 || goal.level->version > newest)
      throw Error(ErrorKind::usage, fmt::format("there is no {} version {}; it goes from 0 (nothing) to {}",
                                                to_string(goal.level->set), goal.level->version, newest));
    planner.move_to(*goal.level);
  } else {
    planner.raise({MigrationSet::readmodel, catalogue.newest(MigrationSet::readmodel)});
    if (goal.sources == SourceTables::make || planner.applied(MigrationSet::sources))
      planner.raise({MigrationSet::sources, catalogue.newest(MigrationSet::sources)});
    if (goal.capture == ChangeCapture::install || planner.applied(MigrationSet::capture))
      planner.raise({MigrationSet::capture, catalogue.newest(MigrationSet::capture)});
  }
  return std::move(planner).steps();
}

}  // namespace tidemark::migrations
