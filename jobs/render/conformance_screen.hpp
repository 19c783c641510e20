// A conformance report on one screen, and as data.
#pragma once

#include <string>

#include "jobs/conformance/report.hpp"
#include "jobs/render/fields.hpp"
#include "jobs/render/terminal.hpp"

namespace tidemark::render {

// A line for each check, then the first violations of each.
std::string conformance_screen(const conformance::Report& report, const Terminal& terminal);

// {"projects", "violations", "checks": [{"check", "says", "checked", "violations", "first": [{"project", "where",
// "problem"}]}]}
Json conformance_json(const conformance::Report& report);

}  // namespace tidemark::render
