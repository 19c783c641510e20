// What a from-scratch compute of all sources gives, against what is stored: the week and month rows, which stand for
// ever, and the finer rows that the policies name.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "contracts/retention.hpp"
#include "readmodel/session.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::tests {

// By bucket, table or grain, metric and what else is in the natural key: id, value and JSON as text.
using Rows = std::map<std::string, std::string>;

// The weeks and months that begin at or after `since`.
Rows stored_coarse_rows(readmodel::Session& session, const Uuid& project, Instant since);
Rows computed_coarse_rows(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of,
                          Instant since);

// Hours, days, breakdown and drilldown. What the policies name at the as-of is worked out here, by the sentences of the
// specification: nothing of the job under test, or of what it stores, is used.
Rows stored_fine_rows(readmodel::Session& session, const Uuid& project);
Rows computed_fine_rows(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of);

// Whether a week that was merged from its days is the one computed from the sources: all members equal, but quantiles
// of a sketch within 1 %, and none of them without the mark `approximate`. Rows' values as above.
bool same_but_merged(const std::string& stored, const std::string& computed);

// The keys at which the two differ, with both values; `excused` keys are left out. Empty: nowhere.
using Excused = std::function<bool(const std::string& key, const std::string* stored, const std::string* computed)>;
std::string differences(const Rows& stored, const Rows& computed, const Excused& excused);

// The parts of a coarse row's key.
struct CoarseKey {
  std::string bucket;
  std::string grain;
  std::string metric;
};
CoarseKey parse_coarse_key(const std::string& key);

}  // namespace tidemark::tests
