// Reads the columns of a source row and remembers the first that cannot be read, so that bad data is set aside with a
// reason instead of ending the run. Spec: product, promise 7.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/rows.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/sources/source_ids.hpp"

namespace tidemark::readmodel {

// What a column of type date stands for.
enum class DateAs { first_instant, last_instant };

// One row of a result. A column that must have a value and has none, or whose text is not what it should be, makes the
// row unreadable: problem() then says why, and the value returned is a default that nobody must use.
class RowReader {
 public:
  explicit RowReader(const pqxx::row& row) : row_(row) {}

  bool readable() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }
  void set_problem(std::string problem);

  std::string_view view(int column) const;  // empty where NULL
  std::string text(int column) const { return std::string{view(column)}; }
  std::optional<std::string> optional_text(int column) const;
  // The id as text, in one spelling where it is a UUID.
  std::string id(int column) const { return canonical_id(view(column)); }
  bool null(int column) const { return field(column).is_null(); }

  Uuid uuid(int column);
  std::optional<Uuid> optional_uuid(int column);  // another text than a UUID's is a problem
  std::int64_t integer(int column);
  std::optional<int> optional_int(int column);
  std::optional<double> optional_number(int column);
  Instant instant(int column);
  std::optional<Instant> optional_instant(int column);
  // A date, or a timestamp with or without zone (UTC then).
  std::optional<Instant> optional_date(int column, DateAs meaning);

 private:
  pqxx::field field(int column) const { return row_[static_cast<pqxx::row::size_type>(column)]; }
  void refuse(int column, std::string_view expected);

  const pqxx::row& row_;
  std::string problem_;
};

// Where the rows of a table go.
template <typename Row>
struct RowTarget {
  std::vector<Row>& rows;
  std::vector<QuarantineRow>& quarantine;  // those that cannot be read
};

// Adds each row of `result`, whose first column is the row's id as text, as a `Row` made by `read(RowReader&)`.
template <typename Row, typename Read>
void read_rows(const pqxx::result& result, std::string_view source, RowTarget<Row> target, Read&& read) {
  target.rows.reserve(target.rows.size() + static_cast<std::size_t>(result.size()));
  for (const auto& stored : result) {
    RowReader reader(stored);
    Row row = read(reader);
    if (reader.readable())
      target.rows.push_back(std::move(row));
    else
      target.quarantine.push_back({std::string{source}, reader.id(0), reader.problem()});
  }
}

}  // namespace tidemark::readmodel
