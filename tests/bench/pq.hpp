// A connection of the benchmarks' own: libpq alone, so that nothing of Tidemark is in what Tidemark is measured
// against.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct pg_conn;

namespace tidemark::bench {

// Thread safety: none. Errors: every function throws std::runtime_error with the server's words.
class Connection {
 public:
  explicit Connection(const std::string& url);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One or more statements.
  void run(const std::string& sql);
  // The first column of the first row; empty where there is none.
  std::string value(const std::string& sql);
  std::int64_t number(const std::string& sql) { return std::stoll(value(sql)); }

  // COPY .. TO STDOUT: calls use(chunk) with what arrives. Returns the bytes.
  std::int64_t copy_out(const std::string& sql, const std::function<void(std::string_view)>& use);
  // COPY .. FROM STDIN: produce(put) sends by put(chunk). Returns the rows.
  using Put = std::function<void(std::string_view)>;
  std::int64_t copy_in(const std::string& sql, const std::function<void(const Put&)>& produce);

 private:
  [[noreturn]] void fail(std::string_view what) const;
  pg_conn* connection_;
};

// COPY into and from a file.
std::int64_t copy_to_file(Connection& connection, const std::string& sql, const std::filesystem::path& file);
std::int64_t copy_from_file(Connection& connection, const std::string& sql, const std::filesystem::path& file);

}  // namespace tidemark::bench
