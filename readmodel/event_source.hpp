// Whether event_log is such that a watermark can rest on it. Spec: jobs, "Incremental refresh", rule 1, preconditions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// event_log as the catalogue describes it.
struct EventSource {
  std::string isolation = "read committed";     // of the transaction that asked
  bool in_recovery = false;                     // the server is a standby
  char kind = '\0';                             // pg_class.relkind; NUL: there is no event_log
  bool unlogged = false;                        // the table, a partition or the sequence
  std::optional<std::string> foreign_member;    // a partition that is no table of this server
  std::optional<std::string> inheriting_table;  // of a table that is not partitioned
  bool subscribed = false;                      // a subscription writes it, with another server's ids
  bool indexed = false;                         // some index begins with id
  std::int64_t sequences = 0;                   // how many sequences give ids
  // Of the first sequence, where there is any:
  std::int64_t sequence = 0;  // its oid
  std::string sequence_name;
  std::int64_t increment = 1;
  std::int64_t cache = 1;
  std::int64_t first_id = 1;  // the smallest it gives
  bool cycles = false;
};

EventSource find_event_source(Transaction& tx);

struct SourceFault {
  std::string text;    // what is wrong
  std::string remedy;  // what to do
};

// Why no watermark can rest on it; empty: one can. Pure.
std::vector<SourceFault> watermark_faults(const EventSource& source);

// find_event_source() where a watermark can rest on it.
// Errors: tidemark::Error of kind failed with the first fault and its remedy.
EventSource require_event_source(Transaction& tx);

}  // namespace tidemark::readmodel
