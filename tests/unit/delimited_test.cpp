// Delimited text as it really comes: quotes, line ends, marks, and what is broken about it.
#include "jobs/import/delimited_reader.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::jobs;

namespace {

using Fields = std::vector<std::string>;

struct Read {
  std::int64_t line;
  Fields fields;
  RecordFault fault;
  std::string raw;
};

std::vector<Read> read_all(const std::vector<std::string>& lines, const DelimitedFormat& format = {}) {
  std::size_t next = 0;
  DelimitedReader reader(
      [&](std::string& line) {
        if (next == lines.size()) return false;
        line = lines[next++];
        return true;
      },
      format);
  std::vector<Read> records;
  Record record;
  while (reader.next(record))
    records.push_back({record.line, {record.fields.begin(), record.fields.end()}, record.fault, record.raw});
  return records;
}

Fields fields_of(const std::string& line, const DelimitedFormat& format = {}) {
  const auto records = read_all({line}, format);
  REQUIRE(records.size() == 1);
  CHECK(records[0].fault == RecordFault::none);
  return records[0].fields;
}

RecordFault fault_of(const std::string& line) {
  const auto records = read_all({line});
  REQUIRE(records.size() == 1);
  return records[0].fault;
}

}  // namespace

TEST_CASE("fields are what stands between delimiters") {
  CHECK(fields_of("a,b,c") == Fields{"a", "b", "c"});
  CHECK(fields_of("a,,") == Fields{"a", "", ""});
  CHECK(fields_of(",") == Fields{"", ""});
  CHECK(fields_of("a") == Fields{"a"});
  CHECK(fields_of("a;b", {';', '"'}) == Fields{"a", "b"});
  CHECK(fields_of("a\tb\t", {'\t', '"'}) == Fields{"a", "b", ""});
}

TEST_CASE("a quoted field holds delimiters, doubled quotes and nothing at all") {
  CHECK(fields_of(R"("a,b",c)") == Fields{"a,b", "c"});
  CHECK(fields_of(R"("say ""no""",c)") == Fields{"say \"no\"", "c"});
  CHECK(fields_of(R"(a,"")") == Fields{"a", ""});
  CHECK(fields_of(R"("","","")") == Fields{"", "", ""});
  CHECK(fields_of(R"("a",)") == Fields{"a", ""});
}

TEST_CASE("a quote within a field, and any quote of a format without them, is a character") {
  CHECK(fields_of(R"(5" pipe,b)") == Fields{"5\" pipe", "b"});
  CHECK(fields_of(R"("a,b)", {',', std::nullopt}) == Fields{"\"a", "b"});
}

TEST_CASE("a quoted field may go over lines, and the numbers of the lines stay right") {
  const auto records = read_all({"a,b", "\"one", "", "two\",x", "c,d"});
  REQUIRE(records.size() == 3);
  CHECK(records[1].line == 2);
  CHECK(records[1].fields == Fields{"one\n\ntwo", "x"});
  CHECK(records[1].raw == "\"one\n\ntwo\",x");
  CHECK(records[2].line == 5);
}

TEST_CASE("an unbalanced quote costs its own line only") {
  const auto records = read_all({"a,b", "\"one,x", "c,d", "e,f"});
  REQUIRE(records.size() == 4);
  CHECK(records[1].fault == RecordFault::quoting);
  CHECK(records[1].raw == "\"one,x");
  CHECK(records[2].fields == Fields{"c", "d"});
  CHECK(records[2].line == 3);
  CHECK(records[3].line == 4);
}

TEST_CASE("an unbalanced quote at the head of a long file is found out without reading all of it") {
  std::vector<std::string> lines{"\"open,x"};
  for (int i = 0; i < 20'000; ++i) lines.push_back("some,ordinary,row,of,a,log");
  const auto records = read_all(lines);
  REQUIRE(records.size() == lines.size());
  CHECK(records[0].fault == RecordFault::quoting);
  CHECK(records.back().line == 20'001);
}

TEST_CASE("something behind a closing quote is broken quoting") {
  CHECK(fault_of(R"("a"b,c)") == RecordFault::quoting);
}

TEST_CASE("a byte order mark is dropped, empty lines are skipped") {
  const auto records =
      read_all({"\xEF\xBB\xBF"
                "a,b",
                "", "c,d", ""});
  REQUIRE(records.size() == 2);
  CHECK(records[0].fields == Fields{"a", "b"});
  CHECK(records[1].line == 3);
}

TEST_CASE("what is not UTF-8, and NUL, is a fault of the record") {
  CHECK(fault_of("gr\xC3\xBC\xC3\x9F,\xE2\x82\xAC,\xF0\x9F\x8C\x8A") == RecordFault::none);
  CHECK(fault_of("gr\xFC\xDF,b") == RecordFault::encoding);         // Latin-1
  CHECK(fault_of("a\xC0\xAF,b") == RecordFault::encoding);          // overlong
  CHECK(fault_of("a\xED\xA0\x80,b") == RecordFault::encoding);      // half of a surrogate pair
  CHECK(fault_of("a\xF4\x90\x80\x80,b") == RecordFault::encoding);  // beyond the last character
  CHECK(fault_of("a,b\xE2\x82") == RecordFault::encoding);          // cut off
  CHECK(fault_of(std::string("a,\0b", 4)) == RecordFault::encoding);
}
