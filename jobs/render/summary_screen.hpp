// The summary of a project on one page of at most 100 columns.
#pragma once

#include <string>

#include "jobs/render/fields.hpp"
#include "jobs/render/terminal.hpp"

namespace tidemark::render {

// `response`: the contract's answer to GET /v1/metrics/summary. A number that is absent is shown as a dash.
std::string summary_screen(const std::string& project_name, const Json& response, const Terminal& terminal);

}  // namespace tidemark::render
