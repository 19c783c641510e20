#include "jobs/render/summary_screen.hpp"

#include <algorithm>

#include "jobs/render/summary_parts.hpp"

namespace tidemark::render {

std::string summary_screen(const std::string& project_name, const Json& response, const Terminal& terminal) {
  Terminal page = terminal;
  page.width = std::min(terminal.width, Terminal::kDefaultWidth);
  const auto& metrics = member(response, "metrics");

  Block screen;
  const std::string when = "as of " + text(response, "timestamp");
  Line title{page};
  title.add(" ").add(shorten(printable(project_name), page.width - display_width(when) - 4), Style::strong);
  title.pad_to(page.width - display_width(when) - 1).add(when, Style::faint);
  screen.push_back(title);
  const auto append = [&](const Block& block) { screen.insert(screen.end(), block.begin(), block.end()); };

  if (metrics.empty()) {
    screen.push_back(Line{page}.add(" No snapshot at or before this instant. `tidemark run snapshot` takes one."));
    return text_of(screen);
  }
  append(north_star_block(member(metrics, "north_star"), page));
  screen.push_back(heading("OPERATIONAL", page));
  append(operational_block(member(metrics, "operational"), page));
  screen.push_back(Line{page});
  append(distribution_block(metrics, page));
  screen.push_back(heading("SUGGESTED ACTIONS", page));
  append(actions_block(member(metrics, "actionability"), page));
  return text_of(screen);
}

}  // namespace tidemark::render
