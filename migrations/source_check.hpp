// Whether the source tables of a database that is somebody else's have what Tidemark reads. Spec: storage, "Migrations"
// and "Source tables".
#pragma once

#include <string>
#include <vector>

#include "contracts/source_tables.hpp"

namespace tidemark::migrations {

// Every table that Tidemark reads, required ones first.
std::vector<std::string> source_table_names();

// What `schema` lacks, in the order of source_table_names(); empty: nothing. Needs no privilege on the tables.
// Errors: tidemark::Error as of Connection. `url` empty: libpq's own PG* variables.
std::vector<SourceFinding> check_sources(const std::string& url, const std::string& schema);

}  // namespace tidemark::migrations
