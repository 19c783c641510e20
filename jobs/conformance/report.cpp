#include "jobs/conformance/report.hpp"

namespace tidemark::conformance {

void Report::begin_project(std::string name) {
  project_ = std::move(name);
  ++projects_;
}

void Report::add(Check check, std::string where, std::string problem) {
  Line& of_check = line(check);
  if (++of_check.violations <= kKeptPerCheck)
    of_check.first.push_back({project_, std::move(where), std::move(problem)});
}

void Report::merge(Report other) {
  projects_ += other.projects_;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    Line& own = lines_[i];
    Line& more = other.lines_[i];
    own.checked += more.checked;
    own.violations += more.violations;
    for (auto& violation : more.first)
      if (own.first.size() < kKeptPerCheck) own.first.push_back(std::move(violation));
  }
}

std::size_t Report::violations() const {
  std::size_t sum = 0;
  for (const auto& of_check : lines_) sum += of_check.violations;
  return sum;
}

}  // namespace tidemark::conformance
