// What a conformance run looked at and what it found: a value, rendered by jobs/render. Spec: product, promise 5.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::conformance {

// The checks, in the order in which they are reported.
enum class Check { schema, id, key, value, point, state, merge, split, breakdown, drilldown, health, summary, answer };

struct CheckInfo {
  std::string_view name;
  std::string_view unit;  // what is counted, plural
  std::string_view says;  // what holds where the check passes
};

inline constexpr std::array<CheckInfo, 13> kChecks{{
    {"schema", "documents", "documents and answers are what their schemas say"},
    {"id", "rows", "ids are the UUIDv5 of the natural keys"},
    {"key", "rows", "keys are the catalogue's, buckets begin on their grain"},
    {"value", "rows", "values are finite and in range, JSON is canonical"},
    {"point", "points", "the numbers of a point agree with each other"},
    {"state", "points", "a value is what its aggregate state says"},
    {"merge", "points", "a coarser point is its finer ones merged"},
    {"split", "splits", "the parts of a dimension add up to the whole"},
    {"breakdown", "points", "trend and breakdown say the same of a day"},
    {"drilldown", "points", "there is a row for each entity that a point counts"},
    {"health", "points", "health is the lowest of its components"},
    {"summary", "summaries", "figures agree with each other and with their points"},
    {"answer", "answers", "answers are ordered, rounded, and add up"},
}};

constexpr const CheckInfo& info_of(Check check) { return kChecks[static_cast<std::size_t>(check)]; }

struct Violation {
  std::string project;  // its name
  std::string where;    // the row's natural key, or the question
  std::string problem;  // what was found and what was expected, in one line
};

// Keeps the first violations of each check and counts all.
class Report {
 public:
  static constexpr std::size_t kKeptPerCheck = 5;

  struct Line {
    std::size_t checked = 0;
    std::size_t violations = 0;
    std::vector<Violation> first;  // up to kKeptPerCheck
  };

  void begin_project(std::string name);
  void count(Check check, std::size_t checked = 1) { line(check).checked += checked; }
  void add(Check check, std::string where, std::string problem);
  // The projects of `other` after its own.
  void merge(Report other);

  const Line& of(Check check) const { return lines_[static_cast<std::size_t>(check)]; }
  std::size_t projects() const { return projects_; }
  std::size_t violations() const;

 private:
  Line& line(Check check) { return lines_[static_cast<std::size_t>(check)]; }
  std::array<Line, kChecks.size()> lines_;
  std::string project_;
  std::size_t projects_ = 0;
};

}  // namespace tidemark::conformance
