// Whether the source tables of a database that is somebody else's have what Tidemark reads. Spec: storage, "Migrations"
// and "Source tables".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::migrations {

enum class Need {
  required,  // without it nothing, or nothing of that table, can be computed
  optional,  // without it only some metric components are off
};

// Something that is missing or of a type that cannot be read.
struct SourceFinding {
  Need need = Need::required;
  std::string table;
  std::string column;    // empty: the whole table
  std::string found;     // the column's type; empty: it is missing
  std::string expected;  // the types that can be read; empty for a table
  std::string effect;    // of an optional one: what is off without it

  // "task.title is missing (text expected)"
  std::string text() const;
};

// Every table that Tidemark reads, required ones first.
std::vector<std::string> source_table_names();

// What `schema` lacks, in the order of source_table_names(); empty: nothing. Needs no privilege on the tables.
// Errors: tidemark::Error as of Connection. `url` empty: libpq's own PG* variables.
std::vector<SourceFinding> check_sources(const std::string& url, const std::string& schema);

}  // namespace tidemark::migrations
