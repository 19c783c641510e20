// The source rows of one simulated project in the order in which they arrive, over any number of years: tasks that live
// for minutes or weeks, busy weeks, rows that come days, weeks or two years late, are corrected, or are taken back.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "support/chance.hpp"
#include "support/source_rows.hpp"

namespace tidemark::tests {

enum class Act { put, remove };

struct Arrival {
  Act act = Act::put;
  SourceRow row;
};

class ProjectLife {
 public:
  // The same seed gives the same rows on every platform.
  ProjectLife(std::uint64_t seed, std::string name, int tasks_per_week, Instant begin);

  const Uuid& id() const { return id_; }
  const std::string& name() const { return name_; }

  // What arrives before `to` and has not arrived yet, in order. Requires: `to` ascends.
  std::vector<Arrival> until(Instant to);

 private:
  struct Task {
    std::string id;
    Instant created;
  };
  std::string make_id(const std::string& kind);
  void add_frame();
  void add_quarter();
  void add_day();
  void add_task(Instant created);
  void live(const Task& task);
  void review(const Task& task, Instant at, bool& rejected);
  void integrate(const Task& task, Instant& at);
  void move(const Task& task, Instant at, const std::string& state);
  Micros pause();
  Micros lateness();
  // The row arrives some time after its instant, and may be corrected or taken back later.
  void add(const std::string& table, Instant valid, nlohmann::json columns);
  void add_at(Instant arrival, Act act, SourceRow row);
  void correct(Instant arrival, SourceRow row);

  Chance chance_;
  std::string name_;
  int tasks_per_week_;
  Instant next_day_;
  Uuid id_;
  std::int64_t made_ = 0;
  std::vector<std::string> phases_;
  std::vector<std::string> rules_;
  std::vector<std::string> milestones_;
  std::vector<Task> tasks_;  // the newest
  int busy_days_ = 0;
  std::multimap<Instant, Arrival> arriving_;
};

}  // namespace tidemark::tests
