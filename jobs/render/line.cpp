#include "jobs/render/line.hpp"

#include <algorithm>

namespace tidemark::render {

Line& Line::add(std::string_view text, Style style) {
  const auto safe = printable(text);
  text_ += terminal_->paint(style, safe);
  width_ += display_width(safe);
  return *this;
}

Line& Line::add_fitted(std::string_view text, int width, Align align, Style style) {
  return add(fit(printable(text), width, align), style);
}

Line& Line::pad_to(int column) {
  if (width_ < column) text_.append(static_cast<std::size_t>(column - width_), ' ');
  width_ = std::max(width_, column);
  return *this;
}

Line& Line::add(const Line& other) {
  text_ += other.text_;
  width_ += other.width_;
  return *this;
}

Block beside(const Block& left, const Block& right, int column, const Terminal& terminal) {
  Block block;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    Line line = i < left.size() ? left[i] : Line{terminal};
    if (i < right.size()) line.pad_to(column).add(right[i]);
    block.push_back(std::move(line));
  }
  return block;
}

std::string text_of(const Block& block) {
  std::string out;
  for (const auto& line : block) {
    const auto& text = line.text();
    out += text.substr(0, text.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

Line heading(std::string_view title, const Terminal& terminal) {
  Line line{terminal};
  line.add(" ").add(title, Style::strong).add(" ");
  return line.add(repeat("─", std::min(terminal.width, Terminal::kDefaultWidth) - line.width()), Style::faint);
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  const auto safe = printable(text);
  std::string_view rest{safe};
  while (!rest.empty()) {
    const auto space = std::min(rest.find(' '), rest.size());
    const auto word = shorten(rest.substr(0, space), width);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (word.empty()) continue;
    if (!lines.empty() && display_width(lines.back()) + 1 + display_width(word) <= width)
      lines.back() += ' ' + word;
    else
      lines.push_back(word);
  }
  return lines;
}

}  // namespace tidemark::render
