// What became of a log's rows, for a person and for a program. Spec: running it, "import".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "jobs/import/importer.hpp"

namespace tidemark::jobs {

std::string report_text(const ImportReport& report);
nlohmann::ordered_json report_json(const ImportReport& report);

}  // namespace tidemark::jobs
