// A value against the one of the window before. Spec: delivery metrics, section 3 ("trend up / down / stable").
#pragma once

#include <optional>
#include <string_view>

namespace tidemark {

struct Comparison {
  std::string_view direction;        // up, down, stable
  std::optional<double> change_pct;  // of |previous|; nullopt where previous is undefined or 0
};

// A change of 5 % or more is up or down.
Comparison compare(double current, std::optional<double> previous);

}  // namespace tidemark
