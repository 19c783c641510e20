// The sessions that write the sources. None ever waits for another: what would is preceded by the other one's commit.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "readmodel/session.hpp"
#include "support/source_rows.hpp"

namespace tidemark::tests {

class SourceWriters {
 public:
  explicit SourceWriters(const readmodel::ConnectionSettings& connection) : connection_(connection) {}

  // In the writer's transaction. A row that the tables refuse, whose project is not there, is left out. A project is
  // committed at once, everybody's open transactions before it: it is what the others' rows refer to.
  void write(int writer, const std::vector<SourceRow>& rows);
  void remove(int writer, const std::string& table, const std::string& key);
  void commit(int writer);
  void roll_back(int writer);

  // How many have a transaction open.
  int open() const;

 private:
  static constexpr std::size_t kMost = 8;
  struct Writer {
    std::unique_ptr<readmodel::Session> session;
    std::unique_ptr<pqxx::work> tx;
  };
  using Key = std::pair<std::string, std::string>;  // table, key

  pqxx::work& transaction(int writer);
  void write_now(int writer, const std::vector<SourceRow>& rows);
  // Whether the tables took them.
  bool try_write(int writer, const std::vector<SourceRow>& rows);
  void claim(int writer, const Key& key);
  void commit_all();

  readmodel::ConnectionSettings connection_;
  std::array<Writer, kMost> writers_;
  std::map<Key, int> claimed_;  // rows written in open transactions
};

}  // namespace tidemark::tests
