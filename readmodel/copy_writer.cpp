#include "readmodel/copy_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#if PQXX_VERSION_MAJOR < 7
#include <pqxx/tablewriter>
#endif

namespace tidemark::readmodel {

#if PQXX_VERSION_MAJOR < 7

namespace {

// COPY's text format, "File Formats": the delimiter, the line end and the backslash are escaped, NULL is \N.
void append_field(std::string& line, const std::optional<std::string>& field) {
  if (!field) {
    line += "\\N";
    return;
  }
  const auto is_special = [](char c) { return c == '\\' || c == '\t' || c == '\n' || c == '\r'; };
  for (auto plain = field->begin();;) {  // where the characters begin that are copied as they are
    const auto special = std::find_if(plain, field->end(), is_special);
    line.append(plain, special);
    if (special == field->end()) return;
    line += '\\';
    line += *special == '\t' ? 't' : *special == '\n' ? 'n' : *special == '\r' ? 'r' : *special;
    plain = special + 1;
  }
}

}  // namespace

// 6.4's stream_to takes tuples only, whose size is known when it is compiled; a row whose columns are not needs its
// predecessor, which is marked deprecated in its favour.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
class CopyWriter::Stream {
 public:
  Stream(pqxx::transaction_base& tx, const std::string& table, const std::vector<std::string>& columns)
      : writer_(tx, table, columns.begin(), columns.end()) {}

  void write(const CopyRow& fields) {
    line_.clear();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) line_ += '\t';
      append_field(line_, fields[i]);
    }
    writer_.write_raw_line(line_);
  }
  void complete() { writer_.complete(); }

 private:
  pqxx::tablewriter writer_;
  std::string line_;
};
#pragma GCC diagnostic pop

#else

class CopyWriter::Stream {
 public:
  Stream(pqxx::transaction_base& tx, const std::string& table, const std::vector<std::string>& columns)
      : stream_(pqxx::stream_to::raw_table(tx, tx.conn().quote_name(table), tx.conn().quote_columns(columns))) {}

  void write(const CopyRow& fields) { stream_.write_row(fields); }
  void complete() { stream_.complete(); }

 private:
  pqxx::stream_to stream_;
};

#endif

CopyWriter::CopyWriter(Transaction& transaction, std::string_view table, const std::vector<std::string>& columns)
    : name_(fmt::format("copy {}", table)) {
  translated(name_,
             [&] { stream_ = std::make_unique<Stream>(transaction.pqxx_transaction(), std::string{table}, columns); });
}

CopyWriter::~CopyWriter() = default;

void CopyWriter::write(const CopyRow& fields) {
  translated(name_, [&] { stream_->write(fields); });
  ++rows_;
}

void CopyWriter::complete() {
  translated(name_, [&] { stream_->complete(); });
  stream_.reset();
}

}  // namespace tidemark::readmodel
