// The three tables of points and entities as the writer sees them: their statements, how a stored row is compared with
// a finished one, and a finished row's fields. Spec: storage, "The four tables".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/rows.hpp"
#include "readmodel/copy_writer.hpp"
#include "readmodel/session.hpp"
#include "readmodel/sources/row_reader.hpp"

namespace tidemark::readmodel {

struct TableStatements {
  const Statement& live;          // $1 project: the stored rows, id first
  const Statement& live_part;     // part_params(): the same of a part of the project
  const Statement& remove;        // $1 project, $2 ids
  const Statement& upsert;        // $1 project, $2 computed_at, then an array per column
  const Statement& create_stage;  // the temporary table
  const Statement& merge;         // $1 project, $2 computed_at: from the temporary table
  std::string_view table;
  std::string_view stage;
  std::vector<std::string> columns;  // of a row's fields; project_id and computed_at are the same for all rows
};

// Each table: `Row`, its statements, the parameters of `live_part`, `same` (a stored row's columns after the id), and
// `fields`, which writes the text forms into `out`, already as long as `columns`.
struct TrendTable {
  using Row = TrendRow;
  static const TableStatements& statements();
  static Params part_params(const Uuid& project_id, const Extent& extent);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

struct BreakdownTable {
  using Row = BreakdownRow;
  static const TableStatements& statements();
  static Params part_params(const Uuid& project_id, const Extent& extent);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

struct DrilldownTable {
  using Row = DrilldownRow;
  static const TableStatements& statements();
  static Params part_params(const Uuid& project_id, const Extent& extent);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

}  // namespace tidemark::readmodel
