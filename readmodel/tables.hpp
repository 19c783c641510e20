// The three tables of points and entities as the writer sees them: their statements, how a stored row is compared with
// a finished one, and a finished row's fields. Spec: storage, "The four tables".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/retention.hpp"
#include "contracts/rows.hpp"
#include "readmodel/copy_writer.hpp"
#include "readmodel/session.hpp"
#include "readmodel/sources/row_reader.hpp"

namespace tidemark::readmodel {

struct TableStatements {
  const Statement& live;          // live_params(): the stored rows that are compared, id first
  const Statement& remove;        // $1 project, $2 ids
  const Statement& upsert;        // $1 project, $2 computed_at, then an array per column
  const Statement& create_stage;  // the temporary table
  const Statement& merge;         // $1 project, $2 computed_at: from the temporary table
  std::string_view table;
  std::string_view stage;
  std::vector<std::string> columns;  // of a row's fields; project_id and computed_at are the same for all rows
};

// Which stored rows of a project are compared with finished ones. Those below the floors are left alone.
struct ComparedRows {
  const Floors& floors;
  const Extent* extent = nullptr;      // what the finished rows were computed of; nullptr: of everything
  std::vector<std::string> unknown{};  // of everything: metrics with stored rows that the catalogue does not have
};

// Each table: `Row`, its statements, the parameters of `live`, `same` (a stored row's columns after the id), and
// `fields`, which writes the text forms into `out`, already as long as `columns`.
struct TrendTable {
  using Row = TrendRow;
  static const TableStatements& statements();
  static Params live_params(const Uuid& project_id, const ComparedRows& compared);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

struct BreakdownTable {
  using Row = BreakdownRow;
  static const TableStatements& statements();
  static Params live_params(const Uuid& project_id, const ComparedRows& compared);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

struct DrilldownTable {
  using Row = DrilldownRow;
  static const TableStatements& statements();
  static Params live_params(const Uuid& project_id, const ComparedRows& compared);
  static bool same(const Row& finished, const RowReader& stored);
  static void fields(const Row& row, CopyRow& out);
};

}  // namespace tidemark::readmodel
