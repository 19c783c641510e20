// What a longer run of a test is told by the environment: how many cases, which seed, for how long.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace tidemark::tests {

// The variable as a number; `otherwise` where it is not set.
inline std::uint64_t number_of_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace tidemark::tests
