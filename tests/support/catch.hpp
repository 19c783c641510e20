// Catch2 2 (Debian 12) and 3 (Debian 13) behind one include, and how Tidemark's values are printed when a check fails.
#pragma once

#include <optional>

#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#include <string>

#include "contracts/bucket.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark::tests {

// A matcher for a part of a text; the two generations name it differently.
inline auto contains_text(const std::string& part) {
#if __has_include(<catch2/catch_test_macros.hpp>)
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

// An instant of a test's text, or a failed test.
inline Instant at(std::string_view text) {
  const auto instant = parse_instant(text);
  INFO("not an instant: " << text);
  REQUIRE(instant.has_value());
  return *instant;
}

}  // namespace tidemark::tests

namespace Catch {

template <>
struct StringMaker<tidemark::Instant> {
  static std::string convert(tidemark::Instant t) { return tidemark::format_instant(t); }
};

template <>
struct StringMaker<tidemark::Uuid> {
  static std::string convert(const tidemark::Uuid& id) { return tidemark::to_string(id); }
};

template <>
struct StringMaker<tidemark::Grain> {
  static std::string convert(tidemark::Grain grain) { return std::string{tidemark::to_string(grain)}; }
};

}  // namespace Catch
