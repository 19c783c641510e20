// Reading one file of contracts/catalogue. Spec: contract v1.0, "Metric keys of the built-in catalogue".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "contracts/catalogue.hpp"

namespace tidemark {

struct CatalogueEntry {
  int order = 0;  // where it stands among the metrics: ascending, then by key
  Metric metric;
};

// `file`: its path, for the message. The entry holds views of `document`, which must outlive it.
// Errors: std::logic_error "<file>: <member>: <problem>" where a member is missing, unknown or of another type.
CatalogueEntry parse_catalogue_entry(std::string_view file, const nlohmann::json& document);

}  // namespace tidemark
