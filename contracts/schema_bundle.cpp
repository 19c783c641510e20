#include "contracts/schema_bundle.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "contracts/openapi_files.hpp"
#include "contracts/schema.hpp"
#include "contracts/schema_files.hpp"

namespace tidemark {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kEnding = ".schema.json";

// "../defs/value.schema.json#/$defs/day", as written in `schema`, as a pointer into the bundle.
std::string bundled_ref(std::string_view schema, const std::string& ref) {
  const auto hash = std::min(ref.find('#'), ref.size());
  const std::string fragment = hash == ref.size() ? "" : ref.substr(hash + 1);
  if (hash == 0) return "#" + bundled_pointer(schema) + fragment;
  std::string file = (std::filesystem::path{schema}.parent_path() / ref.substr(0, hash)).lexically_normal().string();
  if (!file.ends_with(kEnding))
    throw std::logic_error("contracts/schemas/" + std::string{schema} + std::string{kEnding} + ": $ref '" + ref +
                           "' names no schema file");
  file.resize(file.size() - kEnding.size());
  return "#" + bundled_pointer(file) + fragment;
}

// Puts rewrite(ref) for every reference below `node`.
template <typename Rewrite>
void rewrite_refs(Json& node, const Rewrite& rewrite) {
  if (!node.is_structured()) return;
  for (auto& [key, value] : node.items()) {
    if (const auto* ref = value.template get_ptr<const std::string*>(); ref != nullptr && key == "$ref")
      value = rewrite(std::string{*ref});
    else
      rewrite_refs(value, rewrite);
  }
}

}  // namespace

std::vector<EmbeddedText> all_schemas() {
  std::vector<EmbeddedText> schemas;
  for (const auto* file : schema_files::kAll) schemas.push_back(*file);
  return schemas;
}

const EmbeddedText* find_schema(std::string_view name) {
  const auto& all = schema_files::kAll;
  const auto at = std::find_if(all.begin(), all.end(), [&](const EmbeddedText* file) { return file->name == name; });
  return at == all.end() ? nullptr : *at;
}

std::string bundled_pointer(std::string_view schema) {
  std::string name{schema};
  std::replace(name.begin(), name.end(), '/', '.');
  return "/components/schemas/" + name;
}

Json bundled_schemas() {
  Json bundle = Json::object();
  for (const auto& file : all_schemas()) {
    Json schema = Json::parse(file.text);
    rewrite_refs(schema, [&](const std::string& ref) { return bundled_ref(file.name, ref); });
    schema.erase("$schema");
    schema.erase("$id");
    std::string name{file.name};
    std::replace(name.begin(), name.end(), '/', '.');
    bundle[name] = std::move(schema);
  }
  return bundle;
}

Json openapi_document() {
  constexpr std::string_view kFolder = "schemas/";  // seen from the document
  Json document = Json::parse(openapi_files::openapi.text);
  rewrite_refs(document, [&](const std::string& ref) {
    return ref.starts_with(kFolder) ? bundled_ref("", ref.substr(kFolder.size())) : ref;
  });
  document["components"]["schemas"] = bundled_schemas();
  return document;
}

}  // namespace tidemark
