// What Tidemark reads of the delivery sources, as data: tables, columns, the types that can be read, and which metric
// components rest on the optional ones. The one place that knows; the reader, the check of foreign sources, `doctor`
// and docs/metrics.md follow it. Spec: storage, "Source tables" and "Migrations".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

enum class Need {
  required,  // without it nothing can be computed
  optional,  // without it only some metric components are off
};

struct SourceColumn {
  std::string_view name;
  std::string_view expected;                  // the types that can be read, as a person says it
  std::vector<std::string_view> basic_types;  // the same as the catalogue says it: typname, "enum", "_enum" (an array)
  Need need;                                  // optional: the table is read without it
};

struct SourceTable {
  std::string_view name;
  Need need;
  std::vector<SourceColumn> columns;
};

// Every table that is read, required ones first.
const std::vector<SourceTable>& source_tables();

// The part of a metric, or of several, that can be off while the rest computes.
enum class SourceComponent {
  phases,
  milestones,
  leases,
  event_actors,
  assignees,
  short_ids,
  schedule_reliability,
  planned_durations,
  given_completions,
  gates,
  gate_types,
  gate_queue,
  integrations,
  quality_gate,
  dependencies,
  replanning,
};

using ComponentSet = std::set<SourceComponent>;

// What the values of a dimension rest on; nullopt: on what is always there.
std::optional<SourceComponent> component_of_dimension(std::string_view dimension);

struct ComponentSources {
  SourceComponent component;
  std::string_view name;
  // Each group is needed; of a group one is enough. "table" or "table.column".
  std::vector<std::vector<std::string_view>> needs;
  std::string_view without;  // what is absent, or what stands in for it
};

// In the order in which `doctor` and the documentation list them.
const std::vector<ComponentSources>& source_components();

// What a database has: table, column, type.
struct FoundColumn {
  std::string type;        // as a person writes it
  std::string basic_type;  // of a domain the one under it
};
using FoundTables = std::map<std::string, std::map<std::string, FoundColumn, std::less<>>, std::less<>>;

// Something that is missing or of a type that cannot be read.
struct SourceFinding {
  Need need = Need::required;
  std::string table;
  std::string column;    // empty: the whole table
  std::string found;     // the column's type; empty: it is missing
  std::string expected;  // the types that can be read; empty for a table
  std::string effect;    // the components that are off without it; empty where another source serves as well

  // "lease", "task.title"
  std::string name() const;
  // "task.title is missing (text or an enum expected)"
  std::string reason() const;
  // The same with the effect of an optional one.
  std::string text() const;
};

struct ComponentFinding {
  const ComponentSources* component;
  std::vector<std::string> lacking;  // what would switch it on, all of it: "lease", "lease or event_log.caused_by"
  std::vector<std::string> reasons;  // what is wrong with that, as of SourceFinding::reason()
};

struct SourceAssessment {
  std::vector<SourceFinding> findings;            // in the order of source_tables()
  std::vector<ComponentFinding> off;              // in the order of source_components()
  std::set<std::string, std::less<>> usable;      // tables with all they need
  std::set<std::string, std::less<>> text_keyed;  // tables whose project_id is text, so that its spelling matters

  std::vector<std::string> unzoned;  // instants of type timestamp, which are read as UTC: "task.created_at"
  std::vector<std::string>
      plain_json;  // of type json, which may hold text that no reader can take: "event_log.payload"

  ComponentSet components_off() const;
};

// A table that lacks a column which its rows make no sense without, or has it in a type that cannot be read, counts as
// missing; so does a column of a type that cannot be read.
SourceAssessment assess_sources(const FoundTables& found);

}  // namespace tidemark
