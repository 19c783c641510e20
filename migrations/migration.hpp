// The migrations that this binary carries. Spec: storage, "Migrations".
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"

namespace tidemark::migrations {

enum class MigrationSet {
  readmodel,  // Tidemark's own tables: always applied
  sources,    // the source tables: only where Tidemark shall own them
  capture,    // triggers on the source tables that report changes: only where they are allowed
};

inline constexpr std::array<MigrationSet, 3> kSets{MigrationSet::readmodel, MigrationSet::sources,
                                                   MigrationSet::capture};

std::string_view to_string(MigrationSet set);
std::optional<MigrationSet> parse_set(std::string_view text);

// A set at a version: that one and all before it are applied. 0: none.
struct Level {
  MigrationSet set = MigrationSet::readmodel;
  int version = 0;
};

enum class Direction { up, down };

// NNNN_name.up.sql and NNNN_name.down.sql.
struct Migration {
  MigrationSet set = MigrationSet::readmodel;
  int version = 0;
  std::string name;
  std::string_view up;
  std::string_view down;
  std::string checksum;        // SHA-256 of `up`, 64 hex digits
  std::optional<Level> needs;  // from the line `-- Requires: SET NNNN` of `up`: what must be applied first
};

// "readmodel/0001_read_model.up.sql"
std::string file_name(const Migration& migration, Direction direction);
// "0001_read_model", as history and people name it
std::string title(int version, std::string_view name);

// Every set's migrations, each from version 1 on without gaps.
class Catalogue {
 public:
  const std::vector<Migration>& of(MigrationSet set) const { return sets_[static_cast<std::size_t>(set)]; }
  int newest(MigrationSet set) const { return static_cast<int>(of(set).size()); }
  // Requires: 1 <= version <= newest(set).
  const Migration& at(MigrationSet set, int version) const { return of(set)[static_cast<std::size_t>(version) - 1]; }

  // Adds `files` (`0001_name.up`, `0001_name.down`, .. in any order). The texts must outlive the catalogue.
  // Errors: std::logic_error naming the file, where a name is not of that form, a version is missing or twice there, or
  // one of the two directions is.
  void add(MigrationSet set, const std::vector<EmbeddedText>& files);

 private:
  std::array<std::vector<Migration>, kSets.size()> sets_;
};

// Compiled in from the folder of each set.
const Catalogue& embedded_catalogue();

}  // namespace tidemark::migrations
