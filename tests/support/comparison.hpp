// What is stored against what a from-scratch recompute gives, as ordered lines of text, byte for byte.
#pragma once

#include <string>
#include <vector>

#include "readmodel/session.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::tests {

// A project's rows of trend, breakdown and drilldown without computed_at, and its open quarantine entries: one line
// each, sorted.
using RowLines = std::vector<std::string>;

// As they are in the tables of the session's schema. Left out of quarantine besides the times: the row as it was when
// it was reported.
RowLines stored_lines(readmodel::Session& session, const Uuid& project);
// As the sources give them at the as-of from the stored floors on, computed in this process.
RowLines expected_lines(readmodel::Session& session, const readmodel::ProjectHeader& project, Instant as_of);

// Empty where both are equal, else some of the lines on one side only.
std::string differences(const RowLines& stored, const RowLines& expected);

// Own tables that know a project that the sources do not; empty: none.
std::string left_behind(readmodel::Session& session);

}  // namespace tidemark::tests
