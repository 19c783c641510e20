// Whether everything stored and everything answered is what the contract promises. Reads only, so that a consumer can
// run it against a deployment. Spec: product, promise 5; operations, "Command line", `conformance`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "jobs/conformance/report.hpp"
#include "readmodel/session.hpp"

namespace tidemark::conformance {

struct Options {
  readmodel::ConnectionSettings connection;
  std::optional<std::string> project;  // id or exact name; nullopt: every project with stored rows
  int workers = 2;                     // projects checked at the same time, each on a connection of its own; at least 1
};

// How far it is: projects done, and how many there are. Called from any thread.
using OnProgress = std::function<void(std::size_t done, std::size_t total)>;

// Each project in a read-only snapshot of its own, so that a refresh that runs at the same time raises no alarm. Rows
// are read through cursors: memory is that of the widest bucket and of a number per drilldown row.
// Errors: tidemark::Error of kind usage where the project does not exist; of kind failed where nothing of it has been
// computed; those of the session.
Report check(const Options& options, const OnProgress& on_progress);

}  // namespace tidemark::conformance
