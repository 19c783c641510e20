// UUIDs of sources that keep them as text: with letters of either case, with or without hyphens and braces, as
// PostgreSQL's own uuid input takes them. Tables need not agree on the spelling. Spec: storage, "Source tables".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/uuid.hpp"

namespace tidemark::readmodel {

// nullopt: no UUID in any of the spellings.
std::optional<Uuid> parse_source_uuid(std::string_view text);

// The 36-character lower-case form; the text itself where it is no UUID.
std::string canonical_id(std::string_view text);

// Every spelling in which a text column may hold the id, the given one first; the text alone where it is no UUID.
std::vector<std::string> id_spellings(std::string_view text);

}  // namespace tidemark::readmodel
