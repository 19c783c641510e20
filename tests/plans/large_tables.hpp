// Tables of a chosen size whose contents follow from row numbers alone, to see what reads of them cost.
#pragma once

#include "readmodel/session.hpp"

namespace tidemark::tests {

struct Scale {
  int projects;
  int metrics;         // of each project; 5,000 trend and 1,980 breakdown rows each
  int snapshots;       // of each project
  int entities;        // drilldown rows of a project's metric
  int large_entities;  // of the first project's first metric: what a page is sorted out of
};

// Fills and analyses the four tables, data versions, the run ledger and the quarantine. Project n has the id
// md5('project n'), its metrics are metric_1, metric_2, .. The projects themselves are not there, so the foreign keys
// are dropped.
void fill_tables(readmodel::Session& session, const Scale& scale);

}  // namespace tidemark::tests
