// The status of a database on one screen.
#pragma once

#include <string>

#include "jobs/render/terminal.hpp"
#include "jobs/views/status_view.hpp"

namespace tidemark::render {

std::string status_screen(const views::Status& status, const Terminal& terminal);

}  // namespace tidemark::render
