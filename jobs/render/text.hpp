// UTF-8 text measured and cut in terminal columns.
#pragma once

#include <string>
#include <string_view>

namespace tidemark::render {

enum class Align { left, right };

// Text that cannot steer a terminal: control characters (tab and line break become a space), direction overrides and
// broken UTF-8 become U+FFFD. Everything that comes out of a database passes through here before it is shown.
std::string printable(std::string_view text);

// Columns that `text` takes: 2 for wide East Asian characters and emoji, 0 for combining marks. Requires: printable.
int display_width(std::string_view text);

// `text` in exactly `width` columns: filled with spaces, or cut with an ellipsis. Requires: printable.
std::string fit(std::string_view text, int width, Align align = Align::left);

// `text` in at most `width` columns.
std::string shorten(std::string_view text, int width);

std::string repeat(std::string_view text, int times);

}  // namespace tidemark::render
