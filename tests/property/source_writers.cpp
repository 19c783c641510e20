#include "property/source_writers.hpp"

#include <algorithm>

namespace tidemark::tests {

pqxx::work& SourceWriters::transaction(int writer) {
  auto& [session, tx] = writers_.at(static_cast<std::size_t>(writer));
  if (!session) session = std::make_unique<readmodel::Session>(connection_);
  if (!tx) tx = std::make_unique<pqxx::work>(session->pqxx_connection());
  return *tx;
}

void SourceWriters::claim(int writer, const Key& key) {
  const auto found = claimed_.find(key);
  if (found != claimed_.end() && found->second != writer) commit(found->second);
  claimed_[key] = writer;
}

bool SourceWriters::try_write(int writer, const std::vector<SourceRow>& rows) {
  pqxx::subtransaction part(transaction(writer));
  try {
    write_rows(part, rows);
    part.commit();
    return true;
  } catch (const pqxx::sql_error&) {
    return false;
  }
}

void SourceWriters::write_now(int writer, const std::vector<SourceRow>& rows) {
  for (const auto& row : rows) claim(writer, {row.table, key_of(row)});
  if (rows.empty() || try_write(writer, rows) || rows.size() == 1) return;
  for (const auto& row : rows) try_write(writer, {row});
}

void SourceWriters::write(int writer, const std::vector<SourceRow>& rows) {
  std::vector<SourceRow> together;
  for (const auto& row : rows) {
    if (row.table != "project") {
      together.push_back(row);
      continue;
    }
    write_now(writer, together);
    together.clear();
    commit_all();
    write_now(writer, {row});
    commit(writer);
  }
  write_now(writer, together);
}

void SourceWriters::remove(int writer, const std::string& table, const std::string& key) {
  if (table == "project") commit_all();
  claim(writer, {table, key});
  auto& tx = transaction(writer);
  tx.exec("DELETE FROM " + table + " WHERE " + (table == "event_log" ? "correlation_id" : "id") + " = " +
          tx.quote(key));
  if (table == "project") commit(writer);
}

void SourceWriters::commit(int writer) {
  auto& tx = writers_.at(static_cast<std::size_t>(writer)).tx;
  if (tx) tx->commit();
  tx.reset();
  std::erase_if(claimed_, [&](const auto& claim) { return claim.second == writer; });
}

void SourceWriters::roll_back(int writer) {
  writers_.at(static_cast<std::size_t>(writer)).tx.reset();
  std::erase_if(claimed_, [&](const auto& claim) { return claim.second == writer; });
}

void SourceWriters::commit_all() {
  for (int writer = 0; writer < static_cast<int>(kMost); ++writer) commit(writer);
}

int SourceWriters::open() const {
  return static_cast<int>(
      std::count_if(writers_.begin(), writers_.end(), [](const Writer& writer) { return writer.tx != nullptr; }));
}

}  // namespace tidemark::tests
