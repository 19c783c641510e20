// The two forms of a statement that reads a source table: of a whole project, and of a part of it.
#pragma once

#include "contracts/embedded_text.hpp"

namespace tidemark::readmodel {

// The form that reads a part: the statement's line `-- live:` counts. It has static storage.
// Requires: `whole` has static storage, and such a line.
const Statement& live_form(const Statement& whole);

}  // namespace tidemark::readmodel
