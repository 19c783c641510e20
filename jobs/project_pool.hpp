// Projects worked on in parallel, each worker on a connection of its own. One project's failure never stops the others.
// Spec: jobs, rule 9 and "Run ledger, retries, idempotency".
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "readmodel/session.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::jobs {

struct ProjectFailure {
  readmodel::ProjectHeader project;
  std::string reason;
  ErrorKind kind = ErrorKind::failed;
};

struct ProjectPool {
  readmodel::ConnectionSettings connection;
  int workers = 2;  // at least 1
};

// Calls work(session, index of the project) once per project, from `pool.workers` threads at most.
// Returns the failures of single projects, in their order. Errors: throws the first tidemark::Error that concerns all
// of them (the server is away, a privilege or a table is missing), once the projects that were begun have ended.
std::vector<ProjectFailure> for_each_project(const ProjectPool& pool,
                                             const std::vector<readmodel::ProjectHeader>& projects,
                                             const std::function<void(readmodel::Session&, std::size_t)>& work);

}  // namespace tidemark::jobs
