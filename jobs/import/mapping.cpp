#include "jobs/import/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "contracts/error.hpp"
#include "jobs/import/mapping_section.hpp"

namespace tidemark::jobs {
namespace {

// What may follow the % of a time format.
constexpr std::string_view kTimeLetters = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";

constexpr std::size_t kMaxNameBytes = 200;

toml::table parse_file(const std::filesystem::path& file) {
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    const auto line = e.source().begin.line;
    throw Error(ErrorKind::usage,
                line == 0
                    ? fmt::format("cannot read the mapping {}: {}; name an existing, readable file with --mapping",
                                  file.string(), e.description())
                    : fmt::format("{}:{}: not valid TOML: {}", file.string(), line, e.description()));
  }
}

// The one character of a text of one character.
char single_character(const MappingSection& section, std::string_view key, const std::string& value) {
  if (value.size() != 1 || value[0] == '\n')
    section.refuse(key, fmt::format("{} must be one ASCII character, such as \",\", \";\" or \"\\t\"", key));
  return value[0];
}

void read_log(const MappingSection& section, Mapping& mapping) {
  mapping.name = section.required_text("name", "give the log a short name; it becomes part of every id");
  if (mapping.name.size() > kMaxNameBytes) section.refuse("name", "the name of the log is longer than 200 bytes");
  auto& format = mapping.format;
  if (const auto value = section.text("delimiter"))
    format.text.delimiter = single_character(section, "delimiter", *value);
  if (const auto value = section.text("quote")) {
    format.text.quote.reset();
    if (!value->empty()) format.text.quote = single_character(section, "quote", *value);
  }
  if (format.text.quote == format.text.delimiter) section.refuse("quote", "quote and delimiter must differ");
  if (section.flag("header") == false) format.header = Header::none;
  for (auto& token : section.texts("null")) format.null_tokens.insert(std::move(token));
  format.time_formats = section.texts("time_format");
  if (format.time_formats.empty() || format.time_formats.front().empty())
    section.refuse(
        "time_format",
        "[log] has no \"time_format\"; say how dates are written, such as \"%Y-%m-%d %H:%M:%S\", or \"iso\"");
  for (const auto& text : format.time_formats)
    for (auto at = text.find('%'); at != std::string::npos; at = text.find('%', at + 2))
      if (at + 1 == text.size() || kTimeLetters.find(text[at + 1]) == std::string_view::npos)
        section.refuse("time_format",
                       fmt::format("\"{}\" has no meaning in \"{}\"; see strptime", text.substr(at, 2), text));
  format.zone = section.text("zone").value_or("UTC");
}

void read_columns(const MappingSection& section, LogColumns& columns) {
  columns.task = section.required_text("task", "name the column with the task's number");
  columns.at = section.required_text("at", "name the column with the time of the row");
  columns.state = section.required_text("state", "name the column with the task's state");
  columns.sequence = section.text("sequence");
  columns.created_at = section.text("created_at");
  columns.created_by = section.text("created_by");
  columns.project = section.text("project");
  columns.task_class = section.text("task_class");
  columns.priority = section.text("priority");
  columns.assignee = section.text("assignee");
  columns.resolver = section.text("resolver");
  columns.title = section.texts("title");
  columns.tags = section.texts("tags");
}

TaskState state_named(const MappingSection& section, const toml::node& node, const std::string& name) {
  const auto state = parse_task_state(name);
  if (!state)
    section.refuse(
        node, fmt::format("\"{}\" is not a task state; the states are {}", name, fmt::join(kTaskStateNames, ", ")));
  return *state;
}

void read_states(const MappingSection& section, Mapping& mapping) {
  std::int64_t rank = 0;
  section.for_each([&](const std::string& value, const toml::node& node) {
    MappedState mapped;
    mapped.rank = rank++;
    if (const auto* table = node.as_table()) {
      const auto inner = section.inner(fmt::format("\"{}\"", value), *table, {"state", "reason"});
      mapped.state = state_named(section, node, inner.required_text("state", "name the task state it stands for"));
      mapped.reason = inner.text("reason");
    } else if (const auto* name = node.as_string()) {
      mapped.state = state_named(section, node, name->get());
    } else {
      section.refuse(
          node,
          fmt::format("\"{}\" in [states] must be a task state, or {{ state = \"..\", reason = \"..\" }}", value));
    }
    mapping.states.emplace(value, mapped);
  });
}

void read_priorities(const MappingSection& section, Mapping& mapping) {
  section.for_each([&](const std::string& value, const toml::node& node) {
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 0 || number->get() > 1'000'000)
      section.refuse(node,
                     fmt::format("the priority \"{}\" must be a whole number from 0 (most urgent) to 1000000", value));
    mapping.priorities.emplace(value, static_cast<int>(number->get()));
  });
}

// The states that a key lists, each handed to `take`.
template <typename Take>
void for_each_state(const MappingSection& section, std::string_view key, Take&& take) {
  for (const auto& name : section.texts(key)) {
    const auto state = parse_task_state(name);
    if (!state)
      section.refuse(
          key, fmt::format("\"{}\" is not a task state; the states are {}", name, fmt::join(kTaskStateNames, ", ")));
    take(static_cast<std::size_t>(*state));
  }
}

template <typename Outcome>
using OutcomeKeys = std::vector<std::pair<std::string_view, Outcome>>;

template <typename Outcome>
compute::StageRules<Outcome> read_stage(const MappingSection& section, std::string_view opening,
                                        const OutcomeKeys<Outcome>& outcomes) {
  compute::StageRules<Outcome> rules;
  for_each_state(section, opening, [&](std::size_t state) { rules.opens[state] = true; });
  if (std::none_of(rules.opens.begin(), rules.opens.end(), [](bool opens) { return opens; }))
    section.refuse(opening,
                   fmt::format("\"{}\" names no state; list the states whose entry begins the stage", opening));
  for (const auto& [key, outcome] : outcomes)
    for_each_state(section, key, [&, key = key, outcome = outcome](std::size_t state) {
      if (rules.outcomes[state] || rules.opens[state])
        section.refuse(
            key, fmt::format("\"{}\" stands under \"{}\" and once more in the same table; a state has one meaning",
                             kTaskStateNames[state], key));
      rules.outcomes[state] = outcome;
    });
  return rules;
}

void read_gate(const MappingSection& section, Mapping& mapping) {
  mapping.gate_type = section.required_text("type", "say what the gate is called in the metrics");
  mapping.rules.gate = read_stage<GateOutcome>(section, "submitted",
                                               {{"approved", GateOutcome::approved},
                                                {"approved_with_risk", GateOutcome::approved_with_risk},
                                                {"rejected", GateOutcome::rejected}});
}

void read_integration(const MappingSection& section, Mapping& mapping) {
  mapping.rules.integration = read_stage<AttemptResult>(section, "started",
                                                        {{"success", AttemptResult::success},
                                                         {"conflict", AttemptResult::conflict},
                                                         {"failed_checks", AttemptResult::failed_checks},
                                                         {"aborted", AttemptResult::aborted}});
}

}  // namespace

Mapping read_mapping(const std::filesystem::path& file) {
  const toml::table root = parse_file(file);
  const MappingSection top(file.string(), "the mapping", root,
                           {"log", "columns", "defaults", "states", "priorities", "gate", "integration"});
  Mapping mapping;
  const auto with = [&](const std::string& key, const std::vector<std::string_view>& known, auto&& read) {
    const auto* node = root.get(key);
    if (node == nullptr) return false;
    if (!node->is_table()) top.refuse(*node, fmt::format("{0} must be a table: begin it with [{0}]", key));
    read(MappingSection(file.string(), fmt::format("[{}]", key), *node->as_table(), known));
    return true;
  };
  const auto require = [&](const std::string& key, const std::vector<std::string_view>& known, auto&& read) {
    if (!with(key, known, read))
      throw Error(ErrorKind::usage,
                  fmt::format("{}: the mapping has no [{}]; docs/import.md shows a whole one", file.string(), key));
  };
  require("log", {"name", "delimiter", "quote", "header", "null", "time_format", "zone"},
          [&](const MappingSection& section) { read_log(section, mapping); });
  require("columns",
          {"task", "at", "state", "sequence", "created_at", "created_by", "project", "task_class", "priority",
           "assignee", "resolver", "title", "tags"},
          [&](const MappingSection& section) { read_columns(section, mapping.columns); });
  require("states", {}, [&](const MappingSection& section) { read_states(section, mapping); });
  mapping.default_project = mapping.name;
  with("defaults", {"project"}, [&](const MappingSection& section) {
    mapping.default_project = section.text("project").value_or(mapping.name);
  });
  with("priorities", {}, [&](const MappingSection& section) { read_priorities(section, mapping); });
  with("gate", {"type", "submitted", "approved", "approved_with_risk", "rejected"},
       [&](const MappingSection& section) { read_gate(section, mapping); });
  with("integration", {"started", "success", "conflict", "failed_checks", "aborted"},
       [&](const MappingSection& section) { read_integration(section, mapping); });
  return mapping;
}

}  // namespace tidemark::jobs
