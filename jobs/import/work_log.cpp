#include "jobs/import/work_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>

#include "contracts/error.hpp"
#include "jobs/import/log_columns.hpp"
#include "jobs/import/log_lines.hpp"
#include "jobs/import/log_time.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::int64_t kRowsBetweenReports = 10'000;
constexpr std::size_t kShownBytes = 60;  // of a bad value

std::string shown(std::string_view value) {
  return value.size() <= kShownBytes ? std::string{value} : fmt::format("{}..", value.substr(0, kShownBytes));
}

Rejection missing(std::string_view column) {
  return {RejectKind::missing_value, fmt::format("\"{}\" is empty; the mapping needs a value there", column)};
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A column of dates. The dates of neighbouring rows are often equal, and parsing one costs more than all else of a row.
class TimeColumn {
 public:
  explicit TimeColumn(const LogFormat& format) : parser_(format.time_formats, format.zone) {}

  std::optional<Instant> read(std::string_view text) {
    if (text != text_) {
      text_ = text;
      instant_ = parser_.parse(text);
    }
    return instant_;
  }

 private:
  LogTimeParser parser_;
  std::string text_;
  std::optional<Instant> instant_;
};

class WorkLogReader {
 public:
  WorkLogReader(const Mapping& mapping, ColumnPlaces places)
      : mapping_(mapping), places_(std::move(places)), at_times_(mapping.format), created_times_(mapping.format) {}

  // nullopt: the row is in the log now.
  std::optional<Rejection> take(const Record& record) {
    if (record.fault == RecordFault::quoting)
      return Rejection{RejectKind::quoting,
                       "a quoted field does not end, or something stands behind its closing quote"};
    if (record.fault == RecordFault::encoding)
      return Rejection{RejectKind::encoding, "the row is not UTF-8, or holds a NUL; convert the log, e.g. with iconv"};
    if (record.fields.size() != places_.count)
      return Rejection{RejectKind::column_count,
                       fmt::format("{} fields where the log has {} columns", record.fields.size(), places_.count)};
    fields_ = &record.fields;

    WorkSnapshot snapshot;
    std::optional<Instant> created_at;
    if (auto rejection = read_key(snapshot)) return rejection;
    if (auto rejection = read_state(snapshot)) return rejection;
    if (auto rejection = read_created_at(created_at)) return rejection;
    int priority = kDefaultPriority;
    if (auto rejection = read_priority(priority)) return rejection;
    snapshot.assignee = text(places_.assignee);
    if (submits(snapshot.state)) snapshot.resolver = text(places_.resolver);
    add(std::move(snapshot), priority, created_at);
    return std::nullopt;
  }

  std::vector<LoggedTask> finish() { return std::move(tasks_); }

 private:
  static constexpr int kDefaultPriority = 100;

  // The trimmed value of a field; nullopt: NULL, or the mapping names no such column.
  std::optional<std::string_view> value(std::optional<std::size_t> place) const {
    if (!place) return std::nullopt;
    std::string_view field = (*fields_)[*place];
    while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
    while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
    const auto& nulls = mapping_.format.null_tokens;
    if (field.empty() || nulls.find(field) != nulls.end()) return std::nullopt;
    return field;
  }

  std::optional<std::string> text(std::optional<std::size_t> place) const {
    const auto field = value(place);
    return field ? std::optional<std::string>{*field} : std::nullopt;
  }

  bool submits(TaskState state) const {
    const auto& gate = mapping_.rules.gate;
    return gate && gate->opens[static_cast<std::size_t>(state)];
  }

  std::optional<Rejection> read_key(WorkSnapshot& snapshot) {
    if (!value(places_.task)) return missing(mapping_.columns.task);
    const auto at = value(places_.at);
    if (!at) return missing(mapping_.columns.at);
    if (auto rejection = read_time(at_times_, mapping_.columns.at, *at, snapshot.at)) return rejection;
    if (!places_.sequence) return std::nullopt;
    const auto sequence = value(places_.sequence);
    if (!sequence) return missing(*mapping_.columns.sequence);
    const auto number = whole_number<std::int64_t>(*sequence);
    if (!number)
      return Rejection{RejectKind::bad_number,
                       fmt::format("\"{}\" of {} is not a whole number", shown(*sequence), *mapping_.columns.sequence)};
    snapshot.sequence = *number;
    return std::nullopt;
  }

  std::optional<Rejection> read_time(TimeColumn& times, const std::string& column, std::string_view field,
                                     Instant& out) {
    const auto instant = times.read(field);
    if (!instant)
      return Rejection{RejectKind::bad_time, fmt::format("\"{}\" of {} is not a date in the format {}", shown(field),
                                                         column, fmt::join(mapping_.format.time_formats, " or "))};
    out = *instant;
    return std::nullopt;
  }

  std::optional<Rejection> read_state(WorkSnapshot& snapshot) const {
    const auto name = value(places_.state);
    if (!name) return missing(mapping_.columns.state);
    const auto found = mapping_.states.find(*name);
    if (found == mapping_.states.end()) {
      std::vector<std::string_view> known;
      for (const auto& [state, mapped] : mapping_.states) known.push_back(state);
      return Rejection{RejectKind::unknown_state,
                       fmt::format("the state \"{}\" is not in [states] of the mapping, which has {}", shown(*name),
                                   fmt::join(known, ", "))};
    }
    snapshot.state = found->second.state;
    snapshot.reason = found->second.reason;
    if (!places_.sequence) snapshot.sequence = found->second.rank;
    return std::nullopt;
  }

  std::optional<Rejection> read_created_at(std::optional<Instant>& created_at) {
    if (!places_.created_at) return std::nullopt;
    const auto field = value(places_.created_at);
    if (!field) return missing(*mapping_.columns.created_at);
    return read_time(created_times_, *mapping_.columns.created_at, *field, created_at.emplace());
  }

  std::optional<Rejection> read_priority(int& priority) const {
    const auto field = value(places_.priority);
    if (!field) return std::nullopt;
    if (mapping_.priorities.empty()) {
      const auto number = whole_number<int>(*field);
      if (!number)
        return Rejection{RejectKind::bad_number, fmt::format("the priority \"{}\" is not a whole number; list what it "
                                                             "means under [priorities]",
                                                             shown(*field))};
      priority = *number;
      return std::nullopt;
    }
    const auto found = mapping_.priorities.find(*field);
    if (found == mapping_.priorities.end())
      return Rejection{RejectKind::unknown_priority,
                       fmt::format("the priority \"{}\" is not in [priorities] of the mapping", shown(*field))};
    priority = found->second;
    return std::nullopt;
  }

  TaskAttributes attributes(int priority, std::optional<Instant> created_at) const {
    TaskAttributes attributes;
    attributes.project = text(places_.project).value_or(mapping_.default_project);
    for (const auto place : places_.title)
      if (const auto part = value(place))
        attributes.title += fmt::format("{}{}", attributes.title.empty() ? "" : ", ", *part);
    if (attributes.title.empty()) attributes.title = *value(places_.task);
    attributes.priority = priority;
    attributes.task_class = text(places_.task_class);
    for (const auto place : places_.tags)
      if (const auto tag = value(place)) attributes.tags.emplace_back(*tag);
    attributes.created_by = text(places_.created_by);
    attributes.created_at = created_at;
    return attributes;
  }

  void add(WorkSnapshot snapshot, int priority, std::optional<Instant> created_at) {
    const std::string key{*value(places_.task)};
    const auto [place, is_new] = task_by_key_.try_emplace(key, tasks_.size());
    if (is_new) {
      tasks_.emplace_back();
      tasks_.back().key = key;
      tasks_.back().id = compute::log_task_id(mapping_.name, key);
    }
    auto& task = tasks_[place->second];
    snapshot.id = compute::log_snapshot_id(mapping_.name, task.id, snapshot);
    const auto moment = std::tie(snapshot.at, snapshot.sequence);
    const auto newest = std::tie(task.newest_at, task.newest_sequence);
    if (is_new || moment >= newest) {
      auto attributes_now = attributes(priority, created_at);
      // Two rows of one moment: either order of the lines must leave the same.
      if (is_new || moment > newest || attributes_now > task.attributes) task.attributes = std::move(attributes_now);
      task.newest_at = snapshot.at;
      task.newest_sequence = snapshot.sequence;
    }
    task.snapshots.push_back(std::move(snapshot));
  }

  const Mapping& mapping_;
  ColumnPlaces places_;
  TimeColumn at_times_;
  TimeColumn created_times_;
  const std::vector<std::string_view>* fields_ = nullptr;  // of the row at hand
  std::vector<LoggedTask> tasks_;
  std::unordered_map<std::string, std::size_t> task_by_key_;
};

}  // namespace

WorkLog read_work_log(const Mapping& mapping, const std::filesystem::path& log, RejectsFile& rejects,
                      const ReadProgress& progress) {
  LogLines lines(log);
  DelimitedReader records([&](std::string& line) { return lines.next(line); }, mapping.format.text);
  Record record;
  bool more = records.next(record);
  if (!more || record.fault != RecordFault::none)
    throw Error(ErrorKind::usage,
                fmt::format("{} has no readable first line; is it delimited text in UTF-8?", log.string()));
  WorkLogReader reader(mapping, find_columns(mapping, record.fields));
  if (mapping.format.header == Header::first_line) more = records.next(record);

  WorkLog result;
  for (; more; more = records.next(record)) {
    if (const auto rejection = reader.take(record)) rejects.add(record, *rejection);
    if (++result.rows % kRowsBetweenReports == 0) progress(lines.share_read(), result.rows);
  }
  rejects.finish();
  result.tasks = reader.finish();
  return result;
}

}  // namespace tidemark::jobs
