// What an explanation says in words. One sentence each, for a person.
#pragma once

#include <string>

#include "jobs/views/explain_view.hpp"

namespace tidemark::views {

// What computing the point again says of the stored one.
std::string verdict_text(const ExplainAnswer& answer);

// Why there is no such point, and where there is something. Requires: the point has an absence.
std::string absence_text(const ExplainAnswer& answer);

}  // namespace tidemark::views
