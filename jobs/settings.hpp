// The configuration in force. Spec: running it, "Configuration".
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "contracts/time.hpp"

namespace tidemark::jobs {

// Each member is a key of tidemark.toml, a flag and a TIDEMARK_* variable of the same name.
struct Settings {
  std::string database_url;               // a libpq connection string; empty: PG* variables, else the embedded cluster
  std::string schema = "public";          // where Tidemark's tables are
  std::string source_schema = "public";   // where the source tables are
  std::filesystem::path home;             // TIDEMARK_HOME: the embedded cluster and its log
  int workers = 2;                        // projects computed at the same time, each on its own connection; 1 to 64
  std::optional<Instant> clock;           // stands for "now" in every job and relative range; unset: the wall clock
  std::string log_level = "info";         // debug, info, warning, error; logs go to stderr
  bool json = false;                      // machine-readable results on stdout
};

}  // namespace tidemark::jobs
