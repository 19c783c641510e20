// One table of a mapping file, read key by key, with errors that say file, line and key.
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::jobs {

class MappingSection {
 public:
  // `known`: the keys it may have; empty: any.
  // Errors: tidemark::Error of kind usage for a key that is not known, here and in all that follows for a value of
  // another type.
  MappingSection(const std::string& file, const std::string& name, const toml::table& table,
                 const std::vector<std::string_view>& known);

  bool has(std::string_view key) const { return table_.contains(key); }
  std::optional<std::string> text(std::string_view key) const;
  // Errors: the key is missing or empty; `remedy` says what belongs there.
  std::string required_text(std::string_view key, std::string_view remedy) const;
  // A text or an array of texts; absent: none.
  std::vector<std::string> texts(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;

  // Every key with its value, in the order of the file.
  void for_each(const std::function<void(const std::string& key, const toml::node& value)>& visit) const;
  // A table that is the value of a key (`{ state = "blocked", reason = "..." }`).
  MappingSection inner(const std::string& key, const toml::table& table,
                       const std::vector<std::string_view>& known) const;

  // Throws tidemark::Error of kind usage: "<file>:<line>: <problem>".
  [[noreturn]] void refuse(const toml::node& node, const std::string& problem) const;
  [[noreturn]] void refuse(std::string_view key, const std::string& problem) const;

 private:
  std::string file_;
  std::string name_;
  const toml::table& table_;
};

}  // namespace tidemark::jobs
