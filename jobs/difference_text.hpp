// What reconcile and `tidemark catalogue diff` found, for a person and for a program.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "jobs/catalogue_diff.hpp"
#include "jobs/manual_run.hpp"

namespace tidemark::jobs {

std::string reconcile_text(const ReconcileOutcome& outcome);
nlohmann::ordered_json reconcile_json(const ReconcileOutcome& outcome);
// `names`: of the projects, by id.
std::string catalogue_diff_text(const CatalogueDiff& diff, const ProjectNames& names);
nlohmann::ordered_json catalogue_diff_json(const CatalogueDiff& diff, const ProjectNames& names);

}  // namespace tidemark::jobs
