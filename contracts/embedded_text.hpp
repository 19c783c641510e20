// A text file compiled into the binary, so that a deployed binary needs no folder beside it.
#pragma once

#include <string_view>

namespace tidemark {

struct EmbeddedText {
  std::string_view name;  // the file's path below its folder, without the ending that all have
  std::string_view text;
};

// An SQL statement in its own file; the name is also its prepared name, log key and time-out key.
using Statement = EmbeddedText;

}  // namespace tidemark
