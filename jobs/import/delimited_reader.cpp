#include "jobs/import/delimited_reader.hpp"

#include <algorithm>
#include <utility>

namespace tidemark::jobs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The length of the well-formed UTF-8 sequence that `text` begins with (Unicode, table 3-7); 0: there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;  // PostgreSQL stores no NUL
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool not_a_character = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || not_a_character ? 0 : length;
}

bool storable(std::string_view text) {
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

DelimitedReader::DelimitedReader(NextLine next_line, const DelimitedFormat& format)
    : next_line_(std::move(next_line)), format_(format) {}

bool DelimitedReader::next_line(std::string& line) {
  if (!put_back_.empty()) {
    line = std::move(put_back_.front());
    put_back_.pop_front();
  } else if (!next_line_(line)) {
    return false;
  }
  if (++line_ == 1 && line.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0) line.erase(0, kByteOrderMark.size());
  return true;
}

bool DelimitedReader::next(Record& record) {
  do {
    if (!next_line(record.raw)) return false;
  } while (record.raw.empty());
  record.line = line_;
  record.fault = RecordFault::none;

  const std::size_t first_line_bytes = record.raw.size();
  std::vector<std::string> more;
  Split split_as = split(record);
  while (split_as == Split::open && record.raw.size() <= kMaxRecordBytes) {
    std::string line;
    if (!next_line(line)) break;
    record.raw += '\n';
    record.raw += line;
    more.push_back(std::move(line));
    split_as = split(record);
  }
  if (split_as != Split::done) {
    record.fault = RecordFault::quoting;
    record.raw.resize(first_line_bytes);
    record.fields.clear();
    line_ -= static_cast<std::int64_t>(more.size());
    put_back_.insert(put_back_.begin(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  if (!storable(record.raw)) {
    record.fault = RecordFault::encoding;
    record.fields.clear();
  }
  return true;
}

void DelimitedReader::split_plain(Record& record) const {
  std::string_view rest = record.raw;
  for (auto end = rest.find(format_.delimiter); end != std::string_view::npos; end = rest.find(format_.delimiter)) {
    record.fields.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  record.fields.push_back(rest);
}

DelimitedReader::Split DelimitedReader::split(Record& record) const {
  record.fields.clear();
  const std::string& raw = record.raw;
  if (!format_.quote || raw.find(*format_.quote) == std::string::npos) {
    split_plain(record);
    return Split::done;
  }
  const char quote = *format_.quote;
  std::string& unquoted = record.unquoted_;
  unquoted.clear();
  unquoted.reserve(raw.size());  // never grows beyond it, so that the views into it stay
  for (std::size_t at = 0;; ++at) {
    if (at == raw.size() || raw[at] != quote) {  // a quote elsewhere than at the front is a character like any other
      const auto end = std::min(raw.find(format_.delimiter, at), raw.size());
      record.fields.push_back(std::string_view{raw}.substr(at, end - at));
      at = end;
    } else {
      const std::size_t begin = unquoted.size();
      for (++at;; ++at) {
        if (at == raw.size()) return Split::open;
        if (raw[at] == quote && (++at == raw.size() || raw[at] != quote)) break;  // a doubled quote stands for one
        unquoted += raw[at];
      }
      record.fields.push_back(std::string_view{unquoted}.substr(begin));
    }
    if (at == raw.size()) return Split::done;
    if (raw[at] != format_.delimiter) return Split::broken;
  }
}

}  // namespace tidemark::jobs
