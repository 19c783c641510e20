// The words of PostgreSQL and libpq made fit for one line to a person. Pure text; used by the two folders that talk to
// the server. Spec: running it, "Command line".
#pragma once

#include <string>
#include <string_view>

namespace tidemark {

// `text` without severity, line breaks, the offending line of SQL and the server's hints; its detail after a colon.
std::string one_line_server_message(std::string text);

// What to do about a connection that failed with `message` (libpq's words), as the end of a sentence.
std::string_view connection_remedy(std::string_view message);

// Whether libpq's words say that the connection string itself cannot be read.
bool is_malformed_connection(std::string_view message);

}  // namespace tidemark
