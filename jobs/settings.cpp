#include "jobs/settings.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "contracts/error.hpp"
#include "contracts/json_text.hpp"
#include "jobs/retention_section.hpp"

namespace tidemark::jobs {
namespace {

constexpr int kMaxWorkers = 64;
constexpr int kMaxDays = 36500;
constexpr int kLeastSourceDays = 45;
constexpr std::string_view kAlertsTable = "alerts";
constexpr std::string_view kRetentionTable = "retention";
constexpr std::size_t kMaxNameBytes = 63;  // of an identifier in PostgreSQL

// A JSON string is a TOML string too.
std::string toml_text(std::string_view text) { return text.empty() ? "" : string_text(text); }

std::string schema_name(const std::string& text) {
  if (text.empty() || text.size() > kMaxNameBytes)
    throw std::invalid_argument("must be a schema's name of 1 to 63 bytes, without quotes");
  return text;
}

// A whole number in [least, most].
template <int least, int most>
int whole_number(const std::string& text) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < least || count > most)
    throw std::invalid_argument(fmt::format("must be a whole number from {} to {}", least, most));
  return count;
}

int source_days(const std::string& text) {
  const int days = whole_number<1, kMaxDays>(text);
  if (days < kLeastSourceDays)
    throw std::invalid_argument(
        fmt::format("is too short: a month is made of up to 31 days of sources, by whole weeks, and finished after its "
                    "end; at least {}",
                    kLeastSourceDays));
  return days;
}

Instant clock_instant(const std::string& text) {
  const auto instant = parse_instant(text);
  if (!instant) throw std::invalid_argument("must be an instant such as 2016-05-15T00:00:00Z");
  return *instant;
}

std::string level_name(const std::string& text) {
  for (const std::string_view level : {"debug", "info", "warning", "error"})
    if (text == level) return text;
  throw std::invalid_argument("must be debug, info, warning or error");
}

bool switch_value(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw std::invalid_argument("must be true or false");
}

std::filesystem::path home_path(const std::string& text) {
  if (text.empty()) throw std::invalid_argument("must be a folder");
  return std::filesystem::absolute(text).lexically_normal();
}

std::optional<std::string> variable_value(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
}

std::filesystem::path default_home() {
  if (geteuid() == 0) return "/var/lib/tidemark";
  if (const auto data = variable_value("XDG_DATA_HOME")) return std::filesystem::path{*data} / "tidemark";
  if (const auto home = variable_value("HOME")) return std::filesystem::path{*home} / ".local/share/tidemark";
  return {};  // a database URL may still be given; the embedded cluster asks for --home
}

const SettingKey* find_key(std::string_view name) {
  const auto& keys = setting_keys();
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const SettingKey& k) { return k.name == name; });
  return key == keys.end() ? nullptr : &*key;
}

// `origin` is a flag, a variable, or a place in a file; `subject` is what a complaint calls the setting.
void apply(LoadedSettings& loaded, const SettingKey& key, const std::string& text, const std::string& origin,
           const std::string& subject) {
  try {
    key.set(loaded.settings, text);
    loaded.origins[std::string{key.name}] = origin;
  } catch (const std::invalid_argument& e) {
    throw Error(ErrorKind::usage, fmt::format("{} \"{}\" {}", subject, text, e.what()));
  }
}

// The text form of a scalar; nullopt for a table, an array and the like.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  std::ostringstream out;
  if (const auto* number = node.as_integer())
    out << number->get();
  else if (const auto* flag = node.as_boolean())
    out << (flag->get() ? "true" : "false");
  else if (const auto* instant = node.as_date_time())
    out << instant->get();
  else if (const auto* day = node.as_date())
    out << day->get();
  else
    return std::nullopt;
  return out.str();
}

toml::table parse_file(const std::filesystem::path& file) {
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    const auto line = e.source().begin.line;
    throw Error(ErrorKind::usage,
                line == 0 ? fmt::format("cannot read the configuration file {}: {}", file.string(), e.description())
                          : fmt::format("{}:{}: not valid TOML: {}", file.string(), line, e.description()));
  }
}

std::string place_of(const std::filesystem::path& file, const toml::node& node) {
  return fmt::format("{}:{}", file.string(), node.source().begin.line);
}

// `[alerts.<metric key>]` tables of numbers.
void apply_alerts(LoadedSettings& loaded, const toml::node& alerts, const std::filesystem::path& file) {
  const auto refuse = [&](const toml::node& node, const std::string& what) {
    throw Error(ErrorKind::usage, fmt::format("{}: {}", place_of(file, node), what));
  };
  const auto* metrics = alerts.as_table();
  if (metrics == nullptr) refuse(alerts, "alerts must be tables such as [alerts.lead_time]");
  for (const auto& [metric, node] : *metrics) {
    const std::string_view key{metric};
    const auto* levels = node.as_table();
    if (levels == nullptr) refuse(node, fmt::format("alerts.{} must be a table such as [alerts.lead_time]", key));
    for (const auto& [level, value] : *levels) {
      try {
        set_alert_level(loaded.settings.alerts, key, std::string_view{level}, value.value<double>());
      } catch (const std::invalid_argument& e) {
        refuse(value, fmt::format("[alerts.{}]: {}", key, e.what()));
      }
      loaded.origins[fmt::format("alerts.{}.{}", key, std::string_view{level})] = place_of(file, value);
    }
  }
  try {
    check_alert_levels(loaded.settings.alerts);
  } catch (const std::invalid_argument& e) {
    refuse(alerts, e.what());
  }
}

void apply_file(LoadedSettings& loaded, const std::filesystem::path& file) {
  std::vector<std::string_view> known;
  for (const auto& key : setting_keys()) known.push_back(key.name);
  known.insert(known.end(), {kAlertsTable, kRetentionTable});
  for (const auto& [name, node] : parse_file(file)) {
    const std::string where = place_of(file, node);
    const std::string_view key_name{name};
    if (key_name == kAlertsTable) {
      apply_alerts(loaded, node, file);
      continue;
    }
    if (key_name == kRetentionTable) {
      loaded.settings.retention = read_retention(node, file.string());
      for (const auto& entry : loaded.settings.retention) loaded.origins["retention at " + entry.place] = entry.place;
      continue;
    }
    const SettingKey* key = find_key(key_name);
    if (key == nullptr) {
      const std::string near = nearest_name(key_name, known);
      loaded.problems.push_back(fmt::format("{}: there is no setting `{}`{}", where, key_name,
                                            near.empty() ? fmt::format("; the settings are {}", fmt::join(known, ", "))
                                                         : fmt::format("; did you mean `{}`?", near)));
      continue;
    }
    auto text = scalar_text(node);
    if (!text) throw Error(ErrorKind::usage, fmt::format("{}: {} must be a single value", where, key_name));
    // A folder named in a file is relative to that file, wherever the command is run.
    if (key_name == "home" && !text->empty())
      text = (std::filesystem::absolute(file).parent_path() / *text).lexically_normal().string();
    apply(loaded, *key, *text, where, fmt::format("{}: {}", where, key_name));
  }
}

std::optional<std::filesystem::path> config_file(const std::optional<std::string>& named, const Settings& settings) {
  if (named) return *named;
  if (const auto variable = variable_value("TIDEMARK_CONFIG")) return *variable;
  std::error_code ignored;
  if (std::filesystem::exists("tidemark.toml", ignored)) return "tidemark.toml";
  if (!settings.home.empty() && std::filesystem::exists(settings.home / "tidemark.toml", ignored))
    return settings.home / "tidemark.toml";
  return std::nullopt;
}

void apply_variables_and_flags(LoadedSettings& loaded, const SettingTexts& flags) {
  for (const auto& key : setting_keys()) {
    if (const auto value = variable_value(key.variable())) apply(loaded, key, *value, key.variable(), key.variable());
    if (const auto flag = flags.find(key.name); flag != flags.end())
      apply(loaded, key, flag->second, key.flag(), key.flag());
  }
}

}  // namespace

std::string SettingKey::flag() const {
  std::string text = "--" + std::string{name};
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string SettingKey::variable() const {
  std::string text = "TIDEMARK_" + std::string{name};
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

const std::vector<SettingKey>& setting_keys() {
  static const std::vector<SettingKey> keys{
      {"database_url", "URL", "libpq connection string or URI (default: PG* variables, else an embedded PostgreSQL)",
       [](Settings& s, const std::string& text) { s.database_url = text; },
       [](const Settings& s) { return toml_text(without_password(s.database_url)); }},
      {"schema", "NAME", "schema of Tidemark's own tables",
       [](Settings& s, const std::string& text) { s.schema = schema_name(text); },
       [](const Settings& s) { return toml_text(s.schema); }},
      {"source_schema", "NAME", "schema of the source tables",
       [](Settings& s, const std::string& text) { s.source_schema = schema_name(text); },
       [](const Settings& s) { return toml_text(s.source_schema); }},
      {"home", "FOLDER", "where the embedded PostgreSQL lives",
       [](Settings& s, const std::string& text) { s.home = home_path(text); },
       [](const Settings& s) { return toml_text(s.home.string()); }},
      {"workers", "N", "projects computed at the same time, 1 to 64",
       [](Settings& s, const std::string& text) { s.workers = whole_number<1, kMaxWorkers>(text); },
       [](const Settings& s) { return std::to_string(s.workers); }},
      {"clock", "INSTANT", "stands for \"now\" in every job and relative range",
       [](Settings& s, const std::string& text) { s.clock = clock_instant(text); },
       [](const Settings& s) { return s.clock ? format_instant(*s.clock) : std::string{}; }},
      {"source_retention_days", "DAYS", "source rows older than this may be gone; older buckets are left as they are",
       [](Settings& s, const std::string& text) { s.source_retention_days = source_days(text); },
       [](const Settings& s) {
         return s.source_retention_days ? std::to_string(*s.source_retention_days) : std::string{};
       }},
      {"log_level", "LEVEL", "debug, info, warning or error; logs go to stderr",
       [](Settings& s, const std::string& text) { s.log_level = level_name(text); },
       [](const Settings& s) { return toml_text(s.log_level); }},
      {"compact_batch_rows", "N", "rows that compact deletes in one transaction, 1 to 100000",
       [](Settings& s, const std::string& text) { s.compact_batch_rows = whole_number<1, 100'000>(text); },
       [](const Settings& s) { return std::to_string(s.compact_batch_rows); }},
      {"compact_pause_ms", "N", "how long compact waits after each of them, 0 to 60000",
       [](Settings& s, const std::string& text) { s.compact_pause_ms = whole_number<0, 60'000>(text); },
       [](const Settings& s) { return std::to_string(s.compact_pause_ms); }},
      {"json", "", "machine-readable results on stdout",
       [](Settings& s, const std::string& text) { s.json = switch_value(text); },
       [](const Settings& s) { return std::string{s.json ? "true" : "false"}; }},
  };
  return keys;
}

LoadedSettings load_settings(const SettingTexts& flags, const std::optional<std::string>& config) {
  LoadedSettings loaded;
  loaded.settings.home = default_home();
  apply_variables_and_flags(loaded, flags);  // the home they name may hold the file
  if (const auto file = config_file(config, loaded.settings)) {
    apply_file(loaded, *file);
    apply_variables_and_flags(loaded, flags);
  }
  return loaded;
}

std::string nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  std::string_view nearest;
  std::size_t least = name.size() / 2 + 1;  // farther than half of the word is another word
  for (const std::string_view candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);  // Levenshtein's distance, one row at a time
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = std::exchange(row[0], i);
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t replaced = diagonal + (name[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
      }
    }
    if (row.back() < least) {
      least = row.back();
      nearest = candidate;
    }
  }
  return std::string{nearest};
}

std::string without_password(std::string url) {
  static const std::regex kUriPassword{"^([a-z]+://[^:/@?]*):.*@"};  // to the last @: a password may hold one
  static const std::regex kUriParameter{"([?&]password=)[^&]*"};
  static const std::regex kKeyword{R"((^|\s)(password\s*=\s*)('([^'\\]|\\.)*'|\S*))"};
  url = std::regex_replace(url, kUriPassword, "$1:***@");
  url = std::regex_replace(url, kUriParameter, "$1***");
  return url.find("://") == std::string::npos ? std::regex_replace(url, kKeyword, "$1$2***") : url;
}

}  // namespace tidemark::jobs
