#include "jobs/render/table.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace tidemark::render {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 8;  // a shortened column keeps this much

}  // namespace

Cell::Cell(std::string cell_text, Style cell_style) : text(printable(cell_text)), style(cell_style) {}

Table& Table::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  rows_.push_back(std::move(row));
  return *this;
}

std::vector<int> Table::widths(int room) const {
  std::vector<int> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    int width = display_width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
    widths.push_back(width);
  }
  const auto gaps = kGap * (static_cast<int>(columns_.size()) - 1);
  int excess = std::accumulate(widths.begin(), widths.end(), gaps) - room;
  while (excess > 0) {
    int* widest = nullptr;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].align == Align::left && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    if (widest == nullptr || *widest <= kNarrowest) break;
    --*widest;
    --excess;
  }
  return widths;
}

std::string Table::text(const Terminal& terminal) const {
  const auto columns = widths(terminal.width);
  const auto line = [&](const auto& text_of, const auto& style_of) {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      // Nothing but the text where a line ends: no trailing spaces.
      const bool last_left = i + 1 == columns.size() && columns_[i].align == Align::left;
      const auto cell = last_left ? shorten(text_of(i), columns[i]) : fit(text_of(i), columns[i], columns_[i].align);
      if (i > 0) out.append(kGap, ' ');
      out += terminal.paint(style_of(i), cell);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out + '\n';
  };
  std::string out = line([&](std::size_t i) -> const std::string& { return columns_[i].title; },
                         [](std::size_t) { return Style::faint; });
  for (const auto& row : rows_)
    out += line([&](std::size_t i) -> const std::string& { return row[i].text; },
                [&](std::size_t i) { return row[i].style; });
  return out;
}

}  // namespace tidemark::render
