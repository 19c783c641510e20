// All schemas in one document, as validator and OpenAPI need them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace tidemark {

// Where a schema stands in the bundle: "/components/schemas/value_json.lead_time".
std::string bundled_pointer(std::string_view schema);

// {name with '.' for '/': schema}, every `$ref` turned into a pointer below "#/components/schemas". The `$schema` and
// `$id` of the files are left out: they would move the base that pointers count from.
nlohmann::ordered_json bundled_schemas();

}  // namespace tidemark
