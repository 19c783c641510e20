// What is kept of a metric, and the same as a picture of the time line.
#pragma once

#include <string>

#include "jobs/render/terminal.hpp"
#include "jobs/views/retention_view.hpp"

namespace tidemark::render {

// ASCII, but for names; at most 100 columns.
std::string retention_screen(const views::Retained& retained, const Terminal& terminal);

}  // namespace tidemark::render
