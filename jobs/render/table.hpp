// Text tables that fit the screen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jobs/render/terminal.hpp"
#include "jobs/render/text.hpp"

namespace tidemark::render {

struct Column {
  std::string title;
  Align align = Align::left;
};

struct Cell {
  Cell(std::string cell_text, Style cell_style = Style::plain);  // passes through printable()
  Cell(const char* cell_text) : Cell(std::string{cell_text}) {}
  std::string text;
  Style style;
};

// Columns two spaces apart under a line of titles. Where the terminal is too narrow the widest left-aligned column is
// shortened; numbers never are. A column without any text in its cells is left out.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Requires: as many cells as columns.
  Table& add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }
  std::string text(const Terminal& terminal) const;

 private:
  Table without_empty_columns() const;
  std::string lines(const Terminal& terminal) const;
  std::vector<int> widths(int room) const;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tidemark::render
