// The metric catalogue as a person reads it.
#pragma once

#include <string>

#include "contracts/catalogue.hpp"
#include "jobs/render/terminal.hpp"

namespace tidemark::render {

// Every metric, one line each.
std::string catalogue_screen(const Terminal& terminal);

// Everything that is declared of one metric.
std::string metric_screen(const Metric& metric, const Terminal& terminal);

}  // namespace tidemark::render
