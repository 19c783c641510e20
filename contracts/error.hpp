// Failures of the world, as opposed to programmer errors (assertions), expected outcomes (values) and bad data
// (quarantine). Spec: style, "Names, files, errors".
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace tidemark {

// What went wrong, which is also what the process exits with.
enum class ErrorKind {
  failed = 1,       // the work could not be done
  usage = 2,        // the caller asked for something that does not exist or is not allowed
  unreachable = 3,  // the database cannot be reached or refuses the login
  contract = 4,     // stored data or an answer violates the contract
};

// A failure of the world. what() is one line that says what was wrong, where, and what to do next.
class Error : public std::runtime_error {
 public:
  struct Cause {
    std::string sqlstate;      // five characters; empty where the failure is not the server's word
    std::string statement;     // the statement's name; empty outside one
    bool commit_lost = false;  // the connection went away between COMMIT and its answer
  };

  Error(ErrorKind kind, const std::string& message) : Error(kind, message, Cause{}) {}
  Error(ErrorKind kind, const std::string& message, Cause cause)
      : std::runtime_error(message), kind_(kind), cause_(std::move(cause)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& sqlstate() const { return cause_.sqlstate; }
  const std::string& statement() const { return cause_.statement; }

  // Serialization failure, deadlock, or a unique violation between two writers of one row: run the transaction again.
  bool retryable() const {
    return cause_.sqlstate == "40001" || cause_.sqlstate == "40P01" || cause_.sqlstate == "23505";
  }
  // Whether the transaction was committed is unknown.
  bool in_doubt() const { return cause_.commit_lost; }

 private:
  ErrorKind kind_;
  Cause cause_;
};

}  // namespace tidemark
