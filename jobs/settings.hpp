// The configuration in force. Spec: running it, "Configuration".
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/time.hpp"
#include "jobs/alert_settings.hpp"
#include "jobs/retention_settings.hpp"

namespace tidemark::jobs {

// Each member is a key of tidemark.toml, a flag and a TIDEMARK_* variable of the same name; but `alerts` and
// `retention` are tables of the file only.
struct Settings {
  std::string database_url;              // a libpq connection string; empty: PG* variables, else the embedded cluster
  std::string schema = "public";         // where Tidemark's tables are
  std::string source_schema = "public";  // where the source tables are
  std::filesystem::path home;            // TIDEMARK_HOME: the embedded cluster and its log
  int workers = 2;                       // projects computed at the same time, each on its own connection; 1 to 64
  std::optional<Instant> clock;          // stands for "now" in every job and relative range; unset: the wall clock
  std::string log_level = "info";        // debug, info, warning, error; logs go to stderr
  bool json = false;                     // machine-readable results on stdout
  std::optional<int>
      source_retention_days;              // older source rows may be gone; 45 to 36500; unset: they are kept for ever
  AlertOverrides alerts;                  // thresholds that are not the catalogue's
  int compact_batch_rows = 5000;          // rows that compact deletes in one transaction
  int compact_pause_ms = 50;              // how long it waits after each
  std::vector<RetentionEntry> retention;  // policies that are not the catalogue's, in their order
};

// A setting by its name in tidemark.toml (`log_level`); the flag is --log-level, the variable TIDEMARK_LOG_LEVEL.
struct SettingKey {
  std::string_view name;
  std::string_view value_name;  // what stands for the value in --help; empty: a switch
  std::string_view help;
  // Errors: throws std::invalid_argument, whose text says what the value must be.
  void (*set)(Settings&, const std::string& text);
  // As a TOML value, a password masked; empty: not set.
  std::string (*toml)(const Settings&);

  std::string flag() const;
  std::string variable() const;
};

const std::vector<SettingKey>& setting_keys();

// Key to text, as given by flags; and key to the words "flag --workers", "TIDEMARK_WORKERS", "./tidemark.toml".
using SettingTexts = std::map<std::string, std::string, std::less<>>;
using SettingOrigins = std::map<std::string, std::string, std::less<>>;

struct LoadedSettings {
  Settings settings;
  SettingOrigins origins;             // of the settings that are not at their default
  std::vector<std::string> problems;  // one line each: unknown keys of the file
};

// Puts the settings together: flag > TIDEMARK_* variable > file > default. The file is `config` or TIDEMARK_CONFIG,
// else
// ./tidemark.toml, else tidemark.toml in the home, else none.
// Errors: tidemark::Error of kind usage for a value that cannot be, a file that is missing or is not TOML.
LoadedSettings load_settings(const SettingTexts& flags, const std::optional<std::string>& config);

// The nearest of `known`, for "did you mean"; empty where none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string_view>& known);

// A connection string or URI without its password.
std::string without_password(std::string url);

}  // namespace tidemark::jobs
