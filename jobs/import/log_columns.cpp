#include "jobs/import/log_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "contracts/error.hpp"
#include "jobs/settings.hpp"

namespace tidemark::jobs {
namespace {

std::string trimmed(std::string_view name) {
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  return std::string{name};
}

class HeaderNames {
 public:
  HeaderNames(const Mapping& mapping, const std::vector<std::string_view>& first_row) {
    for (std::size_t i = 0; i < first_row.size(); ++i)
      names_.push_back(mapping.format.header == Header::none ? std::to_string(i + 1) : trimmed(first_row[i]));
  }

  std::size_t place(std::string_view role, const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
      const std::string near = nearest_name(name, {names_.begin(), names_.end()});
      throw Error(
          ErrorKind::usage,
          fmt::format("the log has no column \"{}\", which the mapping names for {}{}; its columns are {}", name, role,
                      near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near), fmt::join(names_, ", ")));
    }
    if (std::find(found + 1, names_.end(), name) != names_.end())
      throw Error(ErrorKind::usage,
                  fmt::format("the log has two columns \"{}\", which the mapping names for {}; rename one "
                              "of them, or leave the header out and number the columns",
                              name, role));
    return static_cast<std::size_t>(found - names_.begin());
  }

  std::optional<std::size_t> place(std::string_view role, const std::optional<std::string>& name) const {
    return name ? std::optional<std::size_t>{place(role, *name)} : std::nullopt;
  }

  std::vector<std::size_t> places(std::string_view role, const std::vector<std::string>& names) const {
    std::vector<std::size_t> result;
    for (const auto& name : names) result.push_back(place(role, name));
    return result;
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace

ColumnPlaces find_columns(const Mapping& mapping, const std::vector<std::string_view>& first_row) {
  const HeaderNames header(mapping, first_row);
  const auto& columns = mapping.columns;
  ColumnPlaces places;
  places.count = first_row.size();
  places.task = header.place("task", columns.task);
  places.at = header.place("at", columns.at);
  places.state = header.place("state", columns.state);
  places.sequence = header.place("sequence", columns.sequence);
  places.created_at = header.place("created_at", columns.created_at);
  places.created_by = header.place("created_by", columns.created_by);
  places.project = header.place("project", columns.project);
  places.task_class = header.place("task_class", columns.task_class);
  places.priority = header.place("priority", columns.priority);
  places.assignee = header.place("assignee", columns.assignee);
  places.resolver = header.place("resolver", columns.resolver);
  places.title = header.places("title", columns.title);
  places.tags = header.places("tags", columns.tags);
  return places;
}

}  // namespace tidemark::jobs
