// What the screen can do: its width and whether it takes colours. Spec: running it, "Command line".
#pragma once

#include <string>
#include <string_view>

namespace tidemark::render {

// What a piece of text is to the reader; the colours are the terminal's own.
enum class Style { plain, strong, faint, accent, good, warning, bad };

enum class Colours { off, on };

struct Terminal {
  static constexpr int kDefaultWidth = 100;
  static constexpr int kMinWidth = 60;

  int width = kDefaultWidth;  // columns; never less than kMinWidth
  Colours colours = Colours::off;

  // Standard output as it is: colours only on a terminal that is not dumb and without NO_COLOR; the width of the
  // terminal, else 100 columns.
  static Terminal of_stdout();

  // `text` in that style, followed by the reset. Unchanged where colours are off or the text is empty.
  std::string paint(Style style, std::string_view text) const;
};

}  // namespace tidemark::render
