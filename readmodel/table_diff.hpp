// What has to be done to a table so that it holds a project's finished rows. Comparing happens here, at the client:
// what is equal is never sent, so it is neither written nor locked. Spec: storage, "Recomputing an unchanged bucket
// writes nothing".
#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "contracts/uuid.hpp"
#include "readmodel/sources/row_reader.hpp"

namespace tidemark::readmodel {

template <typename Row>
struct TableDiff {
  std::vector<const Row*> changed;  // new or different, in the order of the finished rows
  std::vector<Uuid> vanished;       // stored and no longer produced
  std::int64_t stored = 0;          // rows there before
  std::int64_t unchanged = 0;
  bool whole = true;  // all of the project's rows from the floors on were compared

  bool empty() const { return changed.empty() && vanished.empty(); }
};

// `live` holds the stored rows with their id in the first column; `same(finished, stored)` compares the rest. A row's
// id is made of its natural key, so equal ids mean equal keys. Requires: the ids of `finished` are distinct, and
// `finished` outlives the result.
template <typename Row, typename Same>
TableDiff<Row> diff_table(const pqxx::result& live, const std::vector<Row>& finished, Same&& same) {
  TableDiff<Row> diff;
  diff.stored = static_cast<std::int64_t>(live.size());
  std::vector<char> equal(finished.size(), 0);  // not vector<bool>: it is indexed once per row
  if (diff.stored > 0) {
    std::unordered_map<Uuid, std::size_t> position;
    position.reserve(finished.size());
    for (std::size_t i = 0; i < finished.size(); ++i)
      if (!position.emplace(finished[i].id, i).second)
        throw std::logic_error("two finished rows have the id " + to_string(finished[i].id));
    for (const auto& stored : live) {
      RowReader row(stored);
      const auto id = row.uuid(0);
      const auto found = position.find(id);
      if (found == position.end())
        diff.vanished.push_back(id);
      else
        equal[found->second] = same(finished[found->second], row) ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < finished.size(); ++i) {
    if (equal[i] != 0)
      ++diff.unchanged;
    else
      diff.changed.push_back(&finished[i]);
  }
  return diff;
}

}  // namespace tidemark::readmodel
