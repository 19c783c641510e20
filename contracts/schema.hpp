// Whether a document is what the contract promises: the JSON Schemas (2020-12) of contracts/schemas, compiled in.
// Thread safety: every function may be called from any thread. Spec: contract v1.0.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"

namespace tidemark {

struct SchemaViolation {
  std::string at;       // JSON pointer into the document; empty: the document itself
  std::string problem;  // one line
};

// What is wrong with `document`, at the deepest places that are; empty: nothing.
// `schema`: its path below contracts/schemas without the ending: "value_json/lead_time", "responses/trends".
// Errors: std::logic_error (a programmer error) where there is none of that name or it cannot be read.
std::vector<SchemaViolation> schema_violations(std::string_view schema, const nlohmann::json& document);

// Every schema as it stands in its file, by name. A `$ref` is relative to the file.
std::vector<EmbeddedText> all_schemas();

// nullptr: no such schema.
const EmbeddedText* find_schema(std::string_view name);

// contracts/openapi.json with every schema under components/schemas, so that it needs no file beside it.
nlohmann::ordered_json openapi_document();

}  // namespace tidemark
