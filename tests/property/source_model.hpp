// The source rows as the generator believes that they are, and random changes of them. Internal to random_case.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "property/random_case.hpp"
#include "support/chance.hpp"

namespace tidemark::tests {

class SourceModel {
 public:
  SourceModel(Chance& chance, Changes changes) : chance_(chance), changes_(changes) {}

  // A row that arrives. False: its project is not there, it waits for it.
  bool arrive(const SourceRow& row);

  // What a random change does, in order; empty where nothing can change. `as_of`: of the newest refresh.
  Steps change(Instant as_of);

  // The newest instant of all rows but those of the far future.
  Instant newest() const { return newest_; }

 private:
  using Rows = std::map<std::string, SourceRow>;  // by key, which ascends as rows arrive

  SourceRow* any_row();
  SourceRow* any_project(const char* status);
  Steps put(SourceRow row);
  Steps copy_column(SourceRow row);
  Steps move_instant(SourceRow row, Instant as_of);
  Steps move_project(SourceRow row);
  Steps remove(const SourceRow& row);
  Steps remove_project();
  Steps bring_back();
  Steps change_status();
  void note(const SourceRow& row);

  Chance& chance_;
  Changes changes_;
  std::map<std::string, Rows> tables_;
  std::vector<SourceRow> removed_;
  std::map<std::string, std::vector<SourceRow>> waiting_;  // by project that is not there
  Instant newest_ = Instant::min();
};

}  // namespace tidemark::tests
