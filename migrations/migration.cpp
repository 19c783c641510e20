#include "migrations/migration.hpp"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <stdexcept>

#include "contracts/uuid.hpp"
#include "migrations/capture_files.hpp"
#include "migrations/readmodel_files.hpp"
#include "migrations/sources_files.hpp"

namespace tidemark::migrations {
namespace {

std::optional<Level> requirement(std::string_view up) {
  static const std::regex kLine{"(^|\n)-- Requires: ([a-z]+) ([0-9]{4})\n"};
  std::match_results<std::string_view::const_iterator> match;
  if (!std::regex_search(up.begin(), up.end(), match, kLine)) return std::nullopt;
  const auto set = parse_set(match.str(2));
  if (!set) throw std::logic_error(fmt::format("-- Requires: {} is no set of migrations", match.str(2)));
  return Level{*set, std::stoi(match.str(3))};
}

template <typename Files>
std::vector<EmbeddedText> texts(const Files& files) {
  std::vector<EmbeddedText> out;
  for (const auto* file : files) out.push_back(*file);
  return out;
}

}  // namespace

std::string_view to_string(MigrationSet set) {
  switch (set) {
    case MigrationSet::readmodel: return "readmodel";
    case MigrationSet::sources: return "sources";
    case MigrationSet::capture: return "capture";
  }
  return "";
}

std::optional<MigrationSet> parse_set(std::string_view text) {
  for (const auto set : kSets)
    if (to_string(set) == text) return set;
  return std::nullopt;
}

std::string title(int version, std::string_view name) { return fmt::format("{:04}_{}", version, name); }

std::string file_name(const Migration& migration, Direction direction) {
  return fmt::format("{}/{}.{}.sql", to_string(migration.set), title(migration.version, migration.name),
                     direction == Direction::up ? "up" : "down");
}

void Catalogue::add(MigrationSet set, const std::vector<EmbeddedText>& files) {
  static const std::regex kName{"([0-9]{4})_([a-z0-9_]+)\\.(up|down)"};
  std::map<std::string, Migration> by_title;
  for (const auto& file : files) {
    const std::string stem{file.name};
    std::smatch match;
    if (!std::regex_match(stem, match, kName))
      throw std::logic_error(
          fmt::format("{}/{}.sql: not NNNN_name.up.sql or NNNN_name.down.sql", to_string(set), stem));
    auto& migration = by_title[match.str(1) + match.str(2)];
    migration.set = set;
    migration.version = std::stoi(match.str(1));
    migration.name = match.str(2);
    (match.str(3) == "up" ? migration.up : migration.down) = file.text;
  }
  auto& migrations = sets_[static_cast<std::size_t>(set)];
  for (auto& [key, migration] : by_title) {
    if (migration.version != static_cast<int>(migrations.size()) + 1)
      throw std::logic_error(fmt::format("{}: version {:04} was expected here", file_name(migration, Direction::up),
                                         migrations.size() + 1));
    if (migration.up.empty() || migration.down.empty())
      throw std::logic_error(fmt::format("{}: its other direction is missing", file_name(migration, Direction::up)));
    migration.checksum = sha256_hex(migration.up);
    migration.needs = requirement(migration.up);
    migrations.push_back(std::move(migration));
  }
}

const Catalogue& embedded_catalogue() {
  static const Catalogue kCatalogue = [] {
    Catalogue catalogue;
    catalogue.add(MigrationSet::readmodel, texts(readmodel_files::kAll));
    catalogue.add(MigrationSet::sources, texts(sources_files::kAll));
    catalogue.add(MigrationSet::capture, texts(capture_files::kAll));
    return catalogue;
  }();
  return kCatalogue;
}

}  // namespace tidemark::migrations
