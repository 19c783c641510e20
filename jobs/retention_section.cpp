#include "jobs/retention_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <stdexcept>

#include "contracts/error.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::int64_t kMaxDays = 36500;

// One `[[retention]]` table; every complaint names its place.
class EntryReader {
 public:
  EntryReader(const toml::table& table, const std::string& file) : table_(table), file_(file) {}

  RetentionEntry read() {
    RetentionEntry entry;
    entry.place = place(table_);
    entry.table = checked("table", [&] { return parse_retention_table(required_text("table")); });
    refuse_unknown_keys(entry.table);
    if (const auto* node = table_.get(pattern_key(entry.table))) {
      entry.pattern = text_of(*node, pattern_key(entry.table));
      checked(pattern_key(entry.table), [&] { check_pattern(entry.table, entry.pattern); });
    }
    if (const auto* node = table_.get("grain")) entry.grains = grains(*node);
    if (const auto* node = table_.get("days")) entry.days = days(*node, "days");
    if (const auto* node = table_.get("all_days")) entry.all_days = days(*node, "all_days");
    if (!entry.days && !entry.all_days) refuse(table_, "days is missing: a number of days, or \"forever\"");
    return entry;
  }

 private:
  static const char* pattern_key(RetentionTable table) { return table == RetentionTable::job_run ? "job" : "metric"; }

  std::string place(const toml::node& node) const { return fmt::format("{}:{}", file_, node.source().begin.line); }
  [[noreturn]] void refuse(const toml::node& node, const std::string& what) const {
    throw Error(ErrorKind::usage, fmt::format("{}: [[retention]]: {}", place(node), what));
  }
  template <typename Work>
  auto checked(const char* key, Work&& work) const -> decltype(work()) {
    try {
      return work();
    } catch (const std::invalid_argument& problem) {
      const auto* node = table_.get(key);
      refuse(node == nullptr ? static_cast<const toml::node&>(table_) : *node, problem.what());
    }
  }

  std::string text_of(const toml::node& node, std::string_view key) const {
    const auto* text = node.as_string();
    if (text == nullptr) refuse(node, fmt::format("{} must be a text", key));
    return text->get();
  }
  std::string required_text(const char* key) const {
    const auto* node = table_.get(key);
    if (node == nullptr) refuse(table_, fmt::format("{} is missing", key));
    return text_of(*node, key);
  }

  void refuse_unknown_keys(RetentionTable table) const {
    std::vector<std::string_view> known{"table", "days"};
    if (table != RetentionTable::summary && table != RetentionTable::quarantine) known.push_back(pattern_key(table));
    if (table == RetentionTable::trend) known.push_back("grain");
    if (table == RetentionTable::summary) known.push_back("all_days");
    for (const auto& [name, node] : table_) {
      const std::string_view key{name};
      if (std::find(known.begin(), known.end(), key) == known.end())
        refuse(node, fmt::format("there is no `{}` for table \"{}\"; there are {}", key, to_string(table),
                                 fmt::join(known, ", ")));
    }
  }

  Grain grain(const toml::node& node) const {
    const auto text = text_of(node, "grain");
    const auto grain = parse_grain(text);
    if (!grain) refuse(node, fmt::format("there is no grain \"{}\"; the grains are hour, day, week, month", text));
    return *grain;
  }
  std::vector<Grain> grains(const toml::node& node) const {
    const auto* list = node.as_array();
    if (list == nullptr) return {grain(node)};
    std::vector<Grain> grains;
    for (const auto& item : *list) grains.push_back(grain(item));
    if (grains.empty()) refuse(node, "grain names no grain; the grains are hour, day, week, month");
    return grains;
  }

  KeptDays days(const toml::node& node, std::string_view key) const {
    if (const auto* text = node.as_string(); text != nullptr && text->get() == "forever") return std::nullopt;
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 1 || number->get() > kMaxDays)
      refuse(node, fmt::format("{} must be a whole number from 1 to {}, or \"forever\"", key, kMaxDays));
    return static_cast<int>(number->get());
  }

  const toml::table& table_;
  const std::string& file_;
};

}  // namespace

std::vector<RetentionEntry> read_retention(const toml::node& section, const std::string& file) {
  const auto refuse = [&](const toml::node& node, const std::string& what) {
    throw Error(ErrorKind::usage, fmt::format("{}:{}: {}", file, node.source().begin.line, what));
  };
  std::vector<RetentionEntry> entries;
  const auto* list = section.as_array();
  if (list == nullptr) refuse(section, "retention must be a list of tables, each under [[retention]]");
  for (const auto& item : *list) {
    const auto* table = item.as_table();
    if (table == nullptr) refuse(item, "retention must be a list of tables, each under [[retention]]");
    entries.push_back(EntryReader(*table, file).read());
  }
  try {
    check_retention(retention_in_force(entries));
  } catch (const std::invalid_argument& problem) {
    refuse(section, problem.what());
  }
  return entries;
}

}  // namespace tidemark::jobs
