// COPY into a table, row by row. Everything in which the COPY of libpqxx 6.4 and 7.10 differs is in copy_writer.cpp.
// Spec: storage, "The four tables" (staging) and operations, "import".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Text forms of a row's fields, in the order of the columns; nullopt is NULL.
using CopyRow = std::vector<std::optional<std::string>>;

// One COPY .. FROM STDIN in text format. Until complete() or the destructor the transaction can run nothing else; left
// without complete(), the rows written so far may be in the transaction, which is then only good for a rollback.
// Requires: `table` and `columns` are names of the program's own, never input; fields are UTF-8 without NUL.
// Thread safety: none, like its transaction.
class CopyWriter {
 public:
  // Errors: tidemark::Error, named "copy <table>", here and below.
  CopyWriter(Transaction& transaction, std::string_view table, const std::vector<std::string>& columns);
  ~CopyWriter();
  CopyWriter(const CopyWriter&) = delete;
  CopyWriter& operator=(const CopyWriter&) = delete;

  // Requires: as many fields as there are columns.
  void write(const CopyRow& fields);

  // Ends the COPY and waits for the server's word; what a row violates is only reported here.
  void complete();

  // Rows written so far.
  std::int64_t rows() const { return rows_; }

 private:
  class Stream;
  std::string name_;  // for errors
  std::unique_ptr<Stream> stream_;
  std::int64_t rows_ = 0;
};

}  // namespace tidemark::readmodel
