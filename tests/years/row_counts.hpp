// How many rows stand per kind of row, day by day, as a CSV file and as a picture of it.
#pragma once

#include <filesystem>
#include <fstream>

#include "contracts/time.hpp"
#include "readmodel/session.hpp"

namespace tidemark::tests {

class RowCounts {
 public:
  explicit RowCounts(const std::filesystem::path& csv);
  void add(readmodel::Session& session, Instant as_of);

 private:
  std::ofstream file_;
};

// By gnuplot and the script beside this file; false, and it says so, where gnuplot is not installed.
bool plot_row_counts(const std::filesystem::path& csv, const std::filesystem::path& png);

}  // namespace tidemark::tests
