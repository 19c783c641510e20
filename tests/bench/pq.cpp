#include "bench/pq.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <fstream>
#include <stdexcept>
#include <vector>

namespace tidemark::bench {
namespace {

constexpr std::size_t kFileChunk = 1 << 20;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

}  // namespace

Connection::Connection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(connection_) != CONNECTION_OK) fail("connect");
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
  run("SET TIME ZONE 'UTC'");
}

Connection::~Connection() { PQfinish(connection_); }

void Connection::fail(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}", what, PQerrorMessage(connection_)));
}

void Connection::run(const std::string& sql) {
  const Result result{PQexec(connection_, sql.c_str())};
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(sql);
}

std::string Connection::value(const std::string& sql) {
  const Result result{PQexec(connection_, sql.c_str())};
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) fail(sql);
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::int64_t Connection::copy_out(const std::string& sql, const std::function<void(std::string_view)>& use) {
  if (PQresultStatus(Result{PQexec(connection_, sql.c_str())}.get()) != PGRES_COPY_OUT) fail(sql);
  std::int64_t bytes = 0;
  char* row = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(connection_, &row, 0)) > 0) {
    use({row, static_cast<std::size_t>(size)});
    bytes += size;
    PQfreemem(row);
  }
  if (size == -2) fail(sql);
  while (const Result result{PQgetResult(connection_)})
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(sql);
  return bytes;
}

std::int64_t Connection::copy_in(const std::string& sql, const std::function<void(const Put&)>& produce) {
  if (PQresultStatus(Result{PQexec(connection_, sql.c_str())}.get()) != PGRES_COPY_IN) fail(sql);
  produce([&](std::string_view chunk) {
    if (PQputCopyData(connection_, chunk.data(), static_cast<int>(chunk.size())) != 1) fail(sql);
  });
  if (PQputCopyEnd(connection_, nullptr) != 1) fail(sql);
  std::int64_t rows = 0;
  while (const Result result{PQgetResult(connection_)}) {
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(sql);
    rows = std::stoll(PQcmdTuples(result.get()));
  }
  return rows;
}

std::int64_t copy_to_file(Connection& connection, const std::string& sql, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  const auto bytes = connection.copy_out(
      sql, [&](std::string_view chunk) { out.write(chunk.data(), static_cast<std::streamsize>(chunk.size())); });
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file.string());
  return bytes;
}

std::int64_t copy_from_file(Connection& connection, const std::string& sql, const std::filesystem::path& file) {
  return connection.copy_in(sql, [&](const Connection::Put& put) {
    std::ifstream in(file, std::ios::binary);
    std::vector<char> chunk(kFileChunk);
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0)
      put({chunk.data(), static_cast<std::size_t>(in.gcount())});
  });
}

}  // namespace tidemark::bench
