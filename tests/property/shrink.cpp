#include "property/shrink.hpp"

#include <algorithm>

namespace tidemark::tests {
namespace {

Steps without(const Steps& steps, std::size_t from, std::size_t count) {
  Steps rest(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(from));
  const auto next = std::min(steps.size(), from + count);
  rest.insert(rest.end(), steps.begin() + static_cast<std::ptrdiff_t>(next), steps.end());
  return rest;
}

}  // namespace

Steps shrink(Steps steps, const std::function<bool(const Steps&)>& fails, int tries) {
  const auto still_fails = [&](const Steps& fewer) { return tries-- > 0 && fails(fewer); };
  for (std::size_t size = std::max<std::size_t>(1, steps.size() / 2); tries > 0;) {
    bool shrunk = false;
    // From the end: what fails mostly needs what came first.
    for (std::size_t end = steps.size(); end > 0 && tries > 0; end -= std::min(size, end)) {
      const auto from = end - std::min(size, end);
      auto fewer = without(steps, from, end - from);
      if (!still_fails(fewer)) continue;
      steps = std::move(fewer);
      shrunk = true;
    }
    if (size == 1 && !shrunk) break;
    if (size > 1) size = (size + 1) / 2;
  }
  for (auto& step : steps) {
    auto* refresh = std::get_if<Refresh>(&step);
    if (refresh == nullptr || !refresh->crash) continue;
    const auto crash = refresh->crash;
    refresh->crash.reset();
    if (!still_fails(steps)) refresh->crash = crash;
  }
  return steps;
}

}  // namespace tidemark::tests
