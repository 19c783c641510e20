#include "contracts/server_message.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <utility>

namespace tidemark {

std::string one_line_server_message(std::string text) {
  // What follows these is the server's SQL, or advice that Tidemark's own takes the place of.
  for (const std::string_view part : {"\nLINE ", "\nHINT:", "\nCONTEXT:", "\n\tIs the server running"})
    if (const auto found = text.find(part); found != std::string::npos) text.resize(found);
  if (const auto detail = text.find("\nDETAIL:"); detail != std::string::npos) text.replace(detail, 8, ":");
  std::replace(text.begin(), text.end(), '\n', ' ');
  text = std::regex_replace(text, std::regex{"\\s+"}, " ");
  text = std::regex_replace(text, std::regex{"^(Failure during '[^']*': )?(ERROR|FATAL): +"}, "");
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

bool is_malformed_connection(std::string_view message) {
  constexpr std::array<std::string_view, 5> kWords{"missing \"=\"", "invalid connection option", "in URI",
                                                   "unterminated quoted", "invalid integer value"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view words) { return message.find(words) != std::string_view::npos; });
}

std::string_view connection_remedy(std::string_view message) {
  if (is_malformed_connection(message)) return "write it as key=value pairs or as postgresql://user@host/database";
  using Remedy = std::pair<std::string_view, std::string_view>;
  constexpr std::string_view kPassword = "check the user and password in the database URL, PGPASSWORD or ~/.pgpass";
  constexpr std::string_view kHostRules = "the server's pg_hba.conf does not let this user in from here";
  constexpr std::string_view kSlots = "raise max_connections or lower `workers`";
  constexpr std::array<Remedy, 9> kRemedies{{
      {"password authentication failed", kPassword},
      {"no password supplied", kPassword},
      {"no pg_hba.conf entry", kHostRules},
      {"Peer authentication failed", kHostRules},
      {"could not translate host name", "check the host in the database URL"},
      {"too many clients", kSlots},
      {"remaining connection slots", kSlots},
      {"database \"", "create the database, or name another one"},
      {"role \"", "create the role, or name another user in the database URL"},
  }};
  const auto* const found = std::find_if(kRemedies.begin(), kRemedies.end(), [&](const Remedy& remedy) {
    return message.find(remedy.first) != std::string_view::npos;
  });
  if (found != kRemedies.end()) return found->second;
  return "check that the server runs and that the host and port of the database URL are right";
}

}  // namespace tidemark
