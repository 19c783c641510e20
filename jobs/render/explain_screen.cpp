#include <fmt/format.h>

#include "contracts/uuid.hpp"
#include "jobs/render/answer_screens.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

constexpr int kLabelWidth = 12;
constexpr int kWidthWithTitles = 100;  // a narrower terminal shows short ids only
constexpr std::size_t kIdShown = 8;    // of a UUID

// "2016-05-12 10:30" of an RFC 3339 instant.
std::string minute_of(const std::string& instant) {
  return instant.size() < 16 ? instant : instant.substr(0, 10) + " " + instant.substr(11, 5);
}

std::int64_t count(const Json& object, std::string_view key) {
  return static_cast<std::int64_t>(number(object, key).value_or(0));
}

// " label       text", the text wrapped beside the label.
void add_field(Block& block, const Terminal& terminal, std::string_view label, const Cell& cell) {
  if (cell.text.empty()) return;
  for (const auto& words : wrap(cell.text, terminal.width - kLabelWidth - 1)) {
    Line line{terminal};
    line.add(" ").add_fitted(label, kLabelWidth, Align::left, Style::faint).add(words, cell.style);
    block.push_back(std::move(line));
    label = {};
  }
}

Style style_of(const std::string& verdict) {
  if (verdict == "equal") return Style::good;
  return verdict == "no_point" ? Style::plain : Style::warning;
}

std::string window_text(const Json& answer) {
  const auto& window = member(answer, "window");
  const bool partial = member(window, "includes_end") == Json(true);
  return fmt::format("{} to {}{}", minute_of(text(window, "start")), minute_of(text(window, "end")),
                     partial ? ", the as-of, which cuts the bucket" : "");
}

std::string stored_text(const Json& answer, std::string_view unit) {
  const auto& stored = member(answer, "stored");
  if (!stored.is_object()) return "no such point";
  const auto value = shown(stored, "value_numeric", [&](double v) { return value_text(v, unit); });
  return value == kAbsent ? "undefined: only the other fields of the point are known" : value;
}

// Only where it differs from what is stored.
std::string recomputed_text(const Json& answer, std::string_view unit) {
  const auto& recomputed = member(answer, "recomputed");
  if (text(answer, "verdict") == "equal" || !recomputed.is_object()) return "";
  const auto value = number(recomputed, "value_numeric");
  if (!value) return "undefined";
  const bool same_headline = value == number(member(answer, "stored"), "value_numeric");
  return value_text(*value, unit) + (same_headline ? "; other fields of the point differ (see --json)" : "");
}

std::string run_text(const Json& answer) {
  const auto& run = member(answer, "run");
  if (!answer.contains("stored")) return "";
  if (!run.is_object()) return "unknown: no run in the ledger was under way when the point was computed";
  return fmt::format("{} {}, {}, started {} on {}; run {}", text(run, "job"), text(run, "mode"), text(run, "status"),
                     minute_of(text(run, "started_at")), text(run, "worker"), text(run, "id"));
}

std::string version_text(const Json& answer) {
  const auto& watermark = member(answer, "source_watermark");
  return fmt::format("data version {}, definitions {}, {}", count(member(answer, "meta"), "data_version"),
                     text(member(answer, "definition"), "hash_of_stored"),
                     watermark.is_number() ? "event_log up to " + watermark.dump() : "sources read as a whole");
}

Block head(const AnswerTitle& title, const Json& answer, const Terminal& terminal) {
  const auto unit = title.metric->unit;
  const auto& definition = member(answer, "definition");
  Block block;
  const auto add = [&](std::string_view label, const Cell& cell) { add_field(block, terminal, label, cell); };
  add("formula", fmt::format("{} ({}, {})", text(definition, "description"), text(definition, "kind"), unit));
  add("window", window_text(answer));
  add("stored", {stored_text(answer, unit), Style::strong});
  add("recomputed", {recomputed_text(answer, unit), Style::warning});
  add("check", {text(answer, "verdict_text"), style_of(text(answer, "verdict"))});
  add("why not", {text(member(answer, "absence"), "text"), Style::warning});
  add("as of",
      text(answer, "as_of") + (answer.contains("computed_at") ? ", computed " + text(answer, "computed_at") : ""));
  add("run", run_text(answer));
  add("version", version_text(answer));
  return block;
}

// "event_log 105389", "lease 2701f1fd…"
std::string row_of(const Json& item) {
  const auto key = text(item, "key");
  return text(item, "source") + " " + (parse_uuid(key) ? key.substr(0, kIdShown) + "…" : key);
}

std::string title_of(const Json& item, const Terminal& terminal) {
  return terminal.width < kWidthWithTitles ? "" : text(item, "task_title");
}

// Where the terminal is narrow the part says enough.
std::string note_of_item(const Json& item, const Terminal& terminal) {
  return terminal.width < kWidthWithTitles && item.contains("part") ? "" : text(item, "note");
}

// A time in the metric's unit where the value is made of times; anything else as it is.
std::string contribution_text(double contribution, const Json& definition) {
  const auto combination = text(definition, "combination");
  const bool is_time = combination == "median" || (combination == "mean" && text(definition, "unit") == "minutes");
  return is_time ? minutes_text(contribution) : decimal_text(contribution);
}

std::string more_text(const Json& group, std::size_t total) {
  const auto shown_items = member(group, "items").size();
  if (member(group, "has_more") != Json(true)) return "";
  return fmt::format("and {} more; --limit shows them\n", count_text(static_cast<std::int64_t>(total - shown_items)));
}

std::string included_text(const Json& answer, const Terminal& terminal) {
  const auto& included = member(answer, "included");
  std::string sources;
  for (const auto& source : member(included, "source_rows"))
    sources +=
        fmt::format("{}{} {}", sources.empty() ? "" : ", ", count_text(count(source, "rows")), text(source, "source"));
  const auto facts = count(included, "facts");
  std::string out =
      heading(fmt::format("WENT IN: {}{}", counted(facts, "fact"), sources.empty() ? "" : " from " + sources), terminal)
          .text() +
      '\n';
  for (const auto& part : member(included, "parts"))
    out += fmt::format(" {:<26} {}\n", text(part, "part"), counted(count(part, "facts"), "fact"));
  if (facts == 0) return out;
  Table table{{{"at", Align::right},
               {"task"},
               {"title"},
               {"adds", Align::right},
               {"because"},
               {"part"},
               {"row", Align::right}}};
  for (const auto& item : member(included, "items"))
    table.add(
        {{minute_of(text(item, "at")), Style::faint},
         text(item, "task_id"),
         title_of(item, terminal),
         {shown(item, "contribution", [&](double v) { return contribution_text(v, member(answer, "definition")); }),
          Style::strong},
         note_of_item(item, terminal),
         {text(item, "part"), Style::faint},
         {row_of(item), Style::faint}});
  return out + table.text(terminal) + more_text(included, static_cast<std::size_t>(facts));
}

std::string left_out_text(const Json& answer, const Terminal& terminal) {
  const auto& left_out = member(answer, "left_out");
  const auto rows = count(left_out, "rows");
  std::string out = heading(fmt::format("LEFT OUT: {}", counted(rows, "row")), terminal).text() + '\n';
  if (rows == 0) return out;
  Table reasons{{{"rows", Align::right}, {"reason"}, {"what it means"}}};
  for (const auto& reason : member(left_out, "reasons"))
    reasons.add({count_text(count(reason, "rows")), text(reason, "reason"), {text(reason, "text"), Style::faint}});
  Table items{{{"at", Align::right}, {"task"}, {"title"}, {"reason"}, {"detail"}, {"row", Align::right}}};
  for (const auto& item : member(left_out, "items"))
    items.add({{minute_of(text(item, "at")), Style::faint},
               text(item, "task_id"),
               title_of(item, terminal),
               text(item, "reason"),
               text(item, "detail"),
               {row_of(item), Style::faint}});
  return out + reasons.text(terminal) + '\n' + items.text(terminal) +
         more_text(left_out, static_cast<std::size_t>(rows));
}

std::string note_of(const Json& answer) {
  std::string note = text(answer, "granularity") + " ";
  const auto start = text(answer, "timestamp");
  note += text(answer, "granularity") == "hour" ? minute_of(start) : start.substr(0, 10);
  for (const auto& [name, value] : member(answer, "dimensions").items())
    note += ", " + name + " " + value.get<std::string>();
  return note;
}

}  // namespace

std::string explain_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal) {
  return title_lines(title, note_of(answer), terminal) + text_of(head(title, answer, terminal)) + '\n' +
         included_text(answer, terminal) + '\n' + left_out_text(answer, terminal);
}

}  // namespace tidemark::render
