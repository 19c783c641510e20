#include "compute/trace.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace tidemark::compute {
namespace {

// Unknown instants last.
std::tuple<Instant, std::string_view, std::string_view> order_of(const Evidence& evidence) {
  const auto& row = evidence.rows.front();
  return {evidence.at.value_or(Instant::max()), row.source, row.key};
}

}  // namespace

CandidateKind candidate_kind(std::string_view source) {
  if (source == "event_log" || source == "lease") return CandidateKind::transition;
  if (source.starts_with("gate_")) return CandidateKind::decision;
  if (source == "integration_attempt") return CandidateKind::attempt;
  if (source == "artifact") return CandidateKind::artifact;
  if (source == "milestone") return CandidateKind::milestone;
  if (source == "dependency_edge") return CandidateKind::dependency;
  if (source == "plan_change_set") return CandidateKind::change_set;
  return CandidateKind::task;
}

std::string_view to_string(Combination combination) {
  switch (combination) {
    case Combination::sum: return "sum";
    case Combination::mean: return "mean";
    case Combination::median: return "median";
    case Combination::score: return "score";
  }
  return "";
}

void Trace::include(Evidence evidence, double contribution, std::string note, std::string_view part) {
  included_.push_back({std::move(evidence), part, contribution, std::move(note)});
}

void Trace::leave_out(Evidence evidence, const Reason& reason, std::string detail) {
  left_out_.push_back({std::move(evidence), reason, std::move(detail)});
}

void Trace::leave_out_value(Evidence evidence, std::string_view value) {
  leave_out(std::move(evidence), reasons::kOtherValue, dimensions_.name + " is " + std::string{value});
}

std::vector<Included> Trace::included() const {
  auto sorted = included_;
  std::sort(sorted.begin(), sorted.end(), [](const Included& a, const Included& b) {
    return std::tuple(a.part, order_of(a.evidence)) < std::tuple(b.part, order_of(b.evidence));
  });
  return sorted;
}

std::vector<LeftOut> Trace::left_out() const {
  // A task with several tags is in the point of one of them and not left out for the others.
  std::set<std::pair<std::string_view, std::string_view>> in;
  for (const auto& fact : included_) in.emplace(fact.evidence.rows.front().source, fact.evidence.rows.front().key);
  auto sorted = left_out_;
  std::erase_if(sorted, [&](const LeftOut& row) {
    return row.reason.code == reasons::kOtherValue.code &&
           in.contains({row.evidence.rows.front().source, row.evidence.rows.front().key});
  });
  std::sort(sorted.begin(), sorted.end(), [](const LeftOut& a, const LeftOut& b) {
    return std::tuple(a.reason.code, order_of(a.evidence), a.detail) <
           std::tuple(b.reason.code, order_of(b.evidence), b.detail);
  });
  const auto same = [](const LeftOut& a, const LeftOut& b) {
    return a.reason.code == b.reason.code && order_of(a.evidence) == order_of(b.evidence);
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

}  // namespace tidemark::compute
