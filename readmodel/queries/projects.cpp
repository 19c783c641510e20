#include "readmodel/queries/projects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr std::size_t kNamesOffered = 5;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein distance of the bytes, letters of either case being equal.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

std::string name_list(const std::vector<ProjectHeader>& projects) {
  std::string list;
  for (const auto& project : projects) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", project.name);
  return list;
}

std::string id_list(const std::vector<ProjectHeader>& projects) {
  std::string list;
  for (const auto& project : projects) list += fmt::format("{}{}", list.empty() ? "" : ", ", to_string(project.id));
  return list;
}

}  // namespace

std::vector<ProjectHeader> nearest_projects(std::vector<ProjectHeader> projects, std::string_view name,
                                            std::size_t count) {
  std::stable_sort(projects.begin(), projects.end(), [&](const ProjectHeader& a, const ProjectHeader& b) {
    return edit_distance(a.name, name) < edit_distance(b.name, name);
  });
  if (projects.size() > count) projects.resize(count);
  return projects;
}

ProjectHeader find_project(Transaction& tx, std::string_view id_or_name) {
  const auto projects = list_projects(tx);
  if (const auto id = parse_uuid(id_or_name))
    for (const auto& project : projects)
      if (project.id == *id) return project;
  std::vector<ProjectHeader> named;
  for (const auto& project : projects)
    if (project.name == id_or_name) named.push_back(project);
  if (named.size() == 1) return named.front();
  if (named.size() > 1)
    throw Error(ErrorKind::usage, fmt::format("{} projects are named '{}'; name one by its id: {}", named.size(),
                                              id_or_name, id_list(named)));
  if (projects.empty())
    throw Error(ErrorKind::usage,
                fmt::format("there is no project '{}', nor any other: the table `project` is empty; fill "
                            "the sources first, for instance with `tidemark import`",
                            id_or_name));
  throw Error(ErrorKind::usage, fmt::format("there is no project '{}'; the nearest names are {}", id_or_name,
                                            name_list(nearest_projects(projects, id_or_name, kNamesOffered))));
}

std::optional<Instant> newest_as_of(Transaction& tx, const Uuid& project_id) {
  const auto found = tx.exec(sql::newest_as_of, {project_id});
  const auto stored = found[0];
  return RowReader{stored}.optional_instant(0);
}

}  // namespace tidemark::readmodel
