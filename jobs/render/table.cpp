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

Table Table::without_empty_columns() const {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) { return !row[i].text.empty(); }))
      kept.push_back(i);
  Table table{{}};
  for (const auto i : kept) table.columns_.push_back(columns_[i]);
  for (const auto& row : rows_) {
    auto& cells = table.rows_.emplace_back();
    for (const auto i : kept) cells.push_back(row[i]);
  }
  return table;
}

std::string Table::text(const Terminal& terminal) const { return without_empty_columns().lines(terminal); }

std::string Table::lines(const Terminal& terminal) const {
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
