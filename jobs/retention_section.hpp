// `[[retention]]` of tidemark.toml, read entry by entry.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <vector>

#include "jobs/retention_settings.hpp"

namespace tidemark::jobs {

// Errors: tidemark::Error of kind usage, "<file>:<line>: <problem>", for a key, a value or a contradiction that cannot
// be.
std::vector<RetentionEntry> read_retention(const toml::node& section, const std::string& file);

}  // namespace tidemark::jobs
