// Finding a project, and how new its rows are. Spec: contract, "A relative range ends at the project's newest as-of".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "readmodel/session.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::readmodel {

// The project of that id (any case), else of exactly that name. Errors: tidemark::Error of kind usage where there is
// none (names the nearest ones) or several of the name (lists their ids).
ProjectHeader find_project(Transaction& tx, std::string_view id_or_name);

// Up to `count` of `projects`, those first whose names need the fewest edits to become `name`.
std::vector<ProjectHeader> nearest_projects(std::vector<ProjectHeader> projects, std::string_view name,
                                            std::size_t count);

// nullopt: nothing of the project has been computed.
std::optional<Instant> newest_as_of(Transaction& tx, const Uuid& project_id);

}  // namespace tidemark::readmodel
