// The answers to alerts, actions and health questions as a person reads them.
#pragma once

#include <string>

#include "jobs/render/fields.hpp"
#include "jobs/render/terminal.hpp"

namespace tidemark::render {

// A line for each alert: what is past which limit, and since when.
std::string alerts_screen(const std::string& project, const Json& answer, const Terminal& terminal);

std::string actions_screen(const std::string& project, const Json& answer, const Terminal& terminal);

// A line for each milestone, the likeliest to be late first.
std::string health_screen(const std::string& project, const Json& answer, const Terminal& terminal);

// Of an alert's severity.
Style style_of_severity(std::string_view severity);

}  // namespace tidemark::render
