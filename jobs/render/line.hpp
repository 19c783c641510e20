// Lines of styled text whose width is known, so that screens can be laid out in blocks side by side.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jobs/render/terminal.hpp"
#include "jobs/render/text.hpp"

namespace tidemark::render {

// One line under construction. Keeps a reference to the terminal, which must outlive it.
class Line {
 public:
  explicit Line(const Terminal& terminal) : terminal_(&terminal) {}

  // Appends `text`, made printable.
  Line& add(std::string_view text, Style style = Style::plain);
  // Appends `text` cut or filled to `width` columns.
  Line& add_fitted(std::string_view text, int width, Align align = Align::left, Style style = Style::plain);
  // Fills with spaces up to `column`; nothing where the line is there already.
  Line& pad_to(int column);
  // Appends another line, as it is.
  Line& add(const Line& other);

  int width() const { return width_; }
  const std::string& text() const { return text_; }

 private:
  const Terminal* terminal_;
  std::string text_;
  int width_ = 0;
};

using Block = std::vector<Line>;

// `right` beside `left`, starting at `column`.
Block beside(const Block& left, const Block& right, int column, const Terminal& terminal);

// Each line without trailing spaces, ended by a line break.
std::string text_of(const Block& block);

// A section's heading: " TITLE ──────" over the terminal's width (at most 100 columns).
Line heading(std::string_view title, const Terminal& terminal);

// The words of `text` in lines of at most `width` columns; a longer word is cut.
std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace tidemark::render
