// Integration-not-done risk. Spec: delivery metrics, section 3 ("INI risk").
#pragma once

#include "contracts/time.hpp"

namespace tidemark::compute {

// (1 - 0.95^age in days) * impact, impact by priority band P0 1.0, P1 0.8, P2 0.5, P3 0.3. In [0, 1).
double integration_risk(Micros age, int priority_band);

}  // namespace tidemark::compute
