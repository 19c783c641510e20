// dependency_risk (level): open tasks that wait on an unfinished dependency. Spec: delivery metrics, section 3.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "compute/durations.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {
namespace {

constexpr std::size_t kManyPredecessors = 3;

// The dependencies of the tasks that are open at an instant.
struct OpenGraph {
  std::vector<TaskIndex> open;
  std::int64_t waiting = 0;                                            // open tasks with an unfinished dependency
  std::vector<const Dependency*> unfinished;                           // what they wait on
  std::unordered_map<TaskIndex, std::vector<TaskIndex>> predecessors;  // open ones, by waiting task, each once
};

bool is_finished(const StateInterval* interval, Dependency::Unlock unlock) {
  if (interval == nullptr) return false;
  if (interval->state == TaskState::integrated) return true;
  return unlock == Dependency::Unlock::implemented && class_of(interval->state) == StateClass::review;
}

OpenGraph graph_at(const ProjectView& view, Instant cutoff) {
  OpenGraph graph;
  const auto open_at = [&](TaskIndex task) {
    const auto* interval = view.task(task).timeline.at(cutoff);
    return interval != nullptr && is_open(interval->state);
  };
  for (std::size_t i = 0; i < view.tasks.size(); ++i)
    if (open_at(static_cast<TaskIndex>(i))) graph.open.push_back(static_cast<TaskIndex>(i));
  std::set<TaskIndex> waiting;
  for (const auto& edge : view.dependencies) {
    if (edge.at >= cutoff || !open_at(edge.to)) continue;
    // A dropped predecessor will never be finished: its successor waits all the same.
    if (!is_finished(view.task(edge.from).timeline.at(cutoff), edge.unlock)) {
      waiting.insert(edge.to);
      graph.unfinished.push_back(&edge);
    }
    if (open_at(edge.from)) graph.predecessors[edge.to].push_back(edge.from);
  }
  graph.waiting = std::ssize(waiting);
  for (auto& [task, from] : graph.predecessors) {
    std::sort(from.begin(), from.end());
    from.erase(std::unique(from.begin(), from.end()), from.end());
  }
  return graph;
}

// Tarjan's strongly connected sets, which come out predecessors first, so that the longest chain that ends in a set is
// known when the next one needs it. Iterative: a chain may be longer than the stack is deep.
struct Chains {
  std::int64_t longest = 0;  // tasks; a set counts all of its tasks
  std::int64_t cycles = 0;   // sets of more than one task, or of one that waits for itself
};

Chains chains_of(const OpenGraph& graph) {
  struct Visit {
    std::int64_t index = -1;
    std::int64_t low = 0;
    bool on_stack = false;
    std::int64_t chain = 0;
  };
  struct Frame {
    TaskIndex task;
    std::size_t next;
  };
  static const std::vector<TaskIndex> kNone;
  std::unordered_map<TaskIndex, Visit> visits;
  std::vector<TaskIndex> stack;
  Chains chains;
  std::int64_t counter = 0;
  const auto before = [&](TaskIndex task) -> const std::vector<TaskIndex>& {
    const auto found = graph.predecessors.find(task);
    return found == graph.predecessors.end() ? kNone : found->second;
  };
  const auto close_set = [&](TaskIndex root) {
    std::vector<TaskIndex> set;
    do {
      set.push_back(stack.back());
      visits[set.back()].on_stack = false;
      stack.pop_back();
    } while (set.back() != root);
    std::int64_t longest_before = 0;
    bool waits_for_itself = false;
    for (const auto member : set) {
      for (const auto from : before(member)) {
        if (std::find(set.begin(), set.end(), from) == set.end())
          longest_before = std::max(longest_before, visits[from].chain);
        else
          waits_for_itself = true;
      }
    }
    const std::int64_t chain = longest_before + std::ssize(set);
    for (const auto member : set) visits[member].chain = chain;
    chains.longest = std::max(chains.longest, chain);
    if (waits_for_itself) ++chains.cycles;
  };
  const auto enter = [&](TaskIndex task, std::vector<Frame>& frames) {
    visits[task] = {counter, counter, true, 0};
    ++counter;
    stack.push_back(task);
    frames.push_back({task, 0});
  };
  for (const auto start : graph.open) {
    if (visits.contains(start)) continue;
    std::vector<Frame> frames;
    enter(start, frames);
    while (!frames.empty()) {
      auto& frame = frames.back();
      const auto& from = before(frame.task);
      if (frame.next < from.size()) {
        const TaskIndex next = from[frame.next++];
        if (!visits.contains(next)) {
          enter(next, frames);
        } else if (visits[next].on_stack) {
          visits[frame.task].low = std::min(visits[frame.task].low, visits[next].index);
        }
        continue;
      }
      const TaskIndex done = frame.task;
      frames.pop_back();
      if (visits[done].low == visits[done].index) close_set(done);
      if (!frames.empty()) {
        auto& parent = visits[frames.back().task];
        parent.low = std::min(parent.low, visits[done].low);
      }
    }
  }
  return chains;
}

void explain(const ProjectView& view, Trace& trace, const OpenGraph& graph, Instant cutoff) {
  for (const auto task : graph.open) {
    auto evidence = evidence_of(view, task, *view.task(task).timeline.at(cutoff));
    std::string waits_for;
    for (const auto* edge : graph.unfinished) {
      if (edge->to != task) continue;
      evidence.rows.push_back({"dependency_edge", edge->source->id});
      waits_for += (waits_for.empty() ? "waits for " : ", ") + view.task(edge->from).source->short_id;
    }
    trace.include(std::move(evidence), waits_for.empty() ? 0 : 1, waits_for);
  }
  leave_out_unheld(view, trace, graph.open, cutoff);
}

Point make_point(const OpenGraph& graph) {
  const Chains chains = chains_of(graph);
  std::size_t max_fan_in = 0;
  std::int64_t many = 0;
  for (const auto& [task, from] : graph.predecessors) {
    max_fan_in = std::max(max_fan_in, from.size());
    if (from.size() > kManyPredecessors) ++many;
  }
  const auto waiting = graph.waiting;
  const auto open = std::ssize(graph.open);
  Point point{ratio(waiting, open), {}};
  point.json.add("waiting_count", waiting).add("open_count", open).add("sample_size", open);
  point.json.add("longest_chain", chains.longest).add("max_fan_in", max_fan_in);
  point.json.add("high_fan_in_count", many).add("cycles", chains.cycles);
  add_interval(point.json, wilson_interval(waiting, open), 1);
  return point;
}

}  // namespace

void metrics::dependency_risk(const ProjectView& view, RowSink& sink) {
  sink.follows(Combination::mean, {CandidateKind::task, CandidateKind::transition, CandidateKind::dependency});
  // Nothing to say of a project that records none.
  if (view.dependencies.empty() && !view.settled().dependencies) return;
  const Instant first = view.horizon().first_instant();
  if (first > view.as_of()) return;
  std::vector<Instant> hours = view.active_hours;
  for (const auto& edge : view.dependencies) {
    const Instant hour = bucket_start(Grain::hour, edge.at);
    if (hour >= bucket_start(Grain::hour, first))
      hours.push_back(hour);  // an edge is no fact: no bucket begins with one
  }
  std::sort(hours.begin(), hours.end());
  hours.erase(std::unique(hours.begin(), hours.end()), hours.end());
  for (const Grain grain : kGrains)
    for (const Bucket& bucket : level_buckets(view, grain, hours)) {
      const OpenGraph graph = graph_at(view, bucket.window.cutoff);
      sink.total("dependency_risk", bucket, make_point(graph));
      if (Trace* trace = sink.tracing(bucket, {})) explain(view, *trace, graph, bucket.window.cutoff);
    }
}

}  // namespace tidemark::compute
