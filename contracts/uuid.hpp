// Row ids: UUIDv5 over the canonical text of a row's natural key, so that a row keeps its id across recomputes,
// restores and clusters. Spec: storage, "The four tables".
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

// A 128-bit id, ordered by its bytes (as PostgreSQL orders uuid).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

std::string to_string(const Uuid& id);

// Reads the 36-character form in either case. nullopt: any other text.
std::optional<Uuid> parse_uuid(std::string_view text);

// The RFC 4122 name-based id (version 5, SHA-1) of `name` in `name_space`.
Uuid uuid_v5(const Uuid& name_space, std::string_view name);

// The namespace of every id that Tidemark gives: 102fb88b-d6c3-596b-83bc-a79c5d720325.
const Uuid& tidemark_namespace();

// The first `hex_digits` of the SHA-256 of `text`, lower case.
std::string sha256_hex(std::string_view text, std::size_t hex_digits = 64);

}  // namespace tidemark

template <>
struct std::hash<tidemark::Uuid> {
  std::size_t operator()(const tidemark::Uuid& id) const noexcept {
    std::size_t h = 14695981039346656037ULL;
    for (const auto byte : id.bytes) h = (h ^ byte) * 1099511628211ULL;
    return h;
  }
};
