// The dimension combination of a point. Spec: storage, "The four tables".
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace tidemark {

inline constexpr std::string_view kUnassigned = "unassigned";

// No dimension ("all", stored as `{}`) or one name with its value. Every metric of the catalogue splits by at most one
// dimension at a time. Ordered bytewise by name, then value: "all" comes first.
struct Dimensions {
  std::string name;   // empty: all
  std::string value;  // Invariant: a clipped dimension value
  friend auto operator<=>(const Dimensions&, const Dimensions&) = default;

  bool all() const { return name.empty(); }
  std::string stored_form() const;  // as jsonb prints it: {"phase": "A"}
  std::string key_form() const;     // RFC 8785: {"phase":"A"}
};

// What is stored for a value: NUL and empty become "unassigned"; more than 200 bytes are cut at a character and end in
// `~` and 8 hex digits of the value's SHA-256 (200 bytes in all at most). Requires: UTF-8.
std::string clip_dimension_value(std::string_view value);

}  // namespace tidemark
