// Which members a schema declares and which a document has, to hold one against the other.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>

#include "contracts/schema.hpp"

namespace tidemark::tests {

// Paths of members below the document: "/state/d/value/n"; "*" stands for an item of a list or a name of an open map.
using Members = std::set<std::string>;

inline nlohmann::json parsed_schema(const std::string& name) {
  const auto* schema = find_schema(name);
  if (schema == nullptr) throw std::logic_error("no schema " + name);
  return nlohmann::json::parse(schema->text);
}

// A schema file and a place in it.
struct SchemaPlace {
  std::string file;
  nlohmann::json node;

  // Where a reference leads.
  SchemaPlace follow(const std::string& ref) const {
    const auto hash = std::min(ref.find('#'), ref.size());
    std::string target = file;
    if (hash > 0) {
      target = (std::filesystem::path{file}.parent_path() / ref.substr(0, hash)).lexically_normal().string();
      target.resize(target.size() - std::string{".schema.json"}.size());
    }
    const auto fragment = hash < ref.size() ? ref.substr(hash + 1) : "";
    return {target, parsed_schema(target).at(nlohmann::json::json_pointer{fragment})};
  }
};

// Every member that the schema can accept.
inline void declared_members(const SchemaPlace& place, const std::string& path, Members& members) {
  const auto& node = place.node;
  if (node.contains("$ref")) return declared_members(place.follow(node.at("$ref")), path, members);
  if (node.contains("anyOf"))
    for (const auto& form : node.at("anyOf")) declared_members({place.file, form}, path, members);
  if (node.contains("properties"))
    for (const auto& [name, property] : node.at("properties").items()) {
      members.insert(path + "/" + name);
      declared_members({place.file, property}, path + "/" + name, members);
    }
  for (const char* open : {"items", "additionalProperties"})
    if (node.contains(open) && node.at(open).is_object()) {
      members.insert(path + "/*");
      declared_members({place.file, node.at(open)}, path + "/*", members);
    }
}

inline Members declared_members(const std::string& schema) {
  Members members;
  declared_members({schema, parsed_schema(schema)}, "", members);
  return members;
}

// Takes from `declared` what `document` has.
inline void strike_members(const nlohmann::json& document, const std::string& path, Members& declared) {
  if (!document.is_structured()) return;
  for (const auto& [name, value] : document.items()) {
    const std::string named = path + "/" + name;
    const std::string open = path + "/*";
    declared.erase(named);
    declared.erase(open);
    strike_members(value, named, declared);
    strike_members(value, open, declared);
  }
}

}  // namespace tidemark::tests
