#include "jobs/import/mapping_section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/settings.hpp"

namespace tidemark::jobs {

MappingSection::MappingSection(const std::string& file, const std::string& name, const toml::table& table,
                               const std::vector<std::string_view>& known)
    : file_(file), name_(name), table_(table) {
  if (known.empty()) return;
  for (const auto& [key, node] : table) {
    const std::string_view key_name{key};
    if (std::find(known.begin(), known.end(), key_name) != known.end()) continue;
    const std::string near = nearest_name(key_name, known);
    refuse(node, fmt::format("there is no \"{}\" in {}; {}", key_name, name_,
                             near.empty() ? fmt::format("it may have {}", fmt::join(known, ", "))
                                          : fmt::format("did you mean \"{}\"?", near)));
  }
}

void MappingSection::refuse(const toml::node& node, const std::string& problem) const {
  throw Error(ErrorKind::usage, fmt::format("{}:{}: {}", file_, node.source().begin.line, problem));
}

void MappingSection::refuse(std::string_view key, const std::string& problem) const {
  const auto* node = table_.get(key);
  refuse(node == nullptr ? static_cast<const toml::node&>(table_) : *node, problem);
}

std::optional<std::string> MappingSection::text(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_string()) return value->get();
  refuse(*node, fmt::format("{} in {} must be a text in quotes", key, name_));
}

std::string MappingSection::required_text(std::string_view key, std::string_view remedy) const {
  const auto value = text(key);
  if (!value || value->empty()) refuse(key, fmt::format("{} has no \"{}\"; {}", name_, key, remedy));
  return *value;
}

std::vector<std::string> MappingSection::texts(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return {};
  const auto* array = node->as_array();
  if (array == nullptr) return {*text(key)};
  std::vector<std::string> values;
  for (const auto& item : *array) {
    const auto* value = item.as_string();
    if (value == nullptr) refuse(item, fmt::format("{} in {} must hold texts in quotes only", key, name_));
    values.push_back(value->get());
  }
  return values;
}

std::optional<bool> MappingSection::flag(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_boolean()) return value->get();
  refuse(*node, fmt::format("{} in {} must be true or false", key, name_));
}

void MappingSection::for_each(const std::function<void(const std::string&, const toml::node&)>& visit) const {
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table_) entries.emplace_back(&key, &node);
  const auto place = [](const auto& entry) {
    const auto& begin = entry.first->source().begin;
    return std::pair{begin.line, begin.column};
  };
  std::sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  for (const auto& [key, node] : entries) visit(std::string{key->str()}, *node);
}

MappingSection MappingSection::inner(const std::string& key, const toml::table& table,
                                     const std::vector<std::string_view>& known) const {
  return {file_, fmt::format("{} of {}", key, name_), table, known};
}

}  // namespace tidemark::jobs
