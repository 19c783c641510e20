#include "jobs/render/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace tidemark::render {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\033[1m";
    case Style::faint: return "\033[2m";
    case Style::accent: return "\033[36m";
    case Style::good: return "\033[32m";
    case Style::warning: return "\033[33m";
    case Style::bad: return "\033[31m";
  }
  return "";
}

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  if (isatty(STDOUT_FILENO) == 0) return terminal;
  if (environment("NO_COLOR").empty() && environment("TERM") != "dumb") terminal.colours = Colours::on;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.width = std::max<int>(size.ws_col, kMinWidth);
  return terminal;
}

std::string Terminal::paint(Style style, std::string_view text) const {
  const auto escape = escape_of(style);
  if (colours == Colours::off || escape.empty() || text.empty()) return std::string{text};
  std::string out{escape};
  out += text;
  return out += "\033[0m";
}

}  // namespace tidemark::render
