// The answers to trend, breakdown, drilldown and explain questions as a person reads them. Each takes the contract's
// answer itself, so that screen and `--json` cannot disagree.
#pragma once

#include <string>

#include "contracts/catalogue.hpp"
#include "jobs/render/fields.hpp"
#include "jobs/render/terminal.hpp"

namespace tidemark::render {

struct AnswerTitle {
  std::string project;
  const Metric* metric = nullptr;
};

// One series: a chart over a table of its points. Several: a line each with a sparkline.
std::string trend_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal);

// A bar for each value of the dimension.
std::string breakdown_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal);

// A line for each entity, and what all that match come to.
std::string drilldown_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal);

// A point, what it is made of, and what was left out of it.
std::string explain_screen(const AnswerTitle& title, const Json& answer, const Terminal& terminal);

// " Lead time · Project · note" and a line below.
std::string title_lines(const AnswerTitle& title, const std::string& note, const Terminal& terminal);

// "▲ +12.3 %" in the colour of good or bad news for this metric; empty cell where there is no trend.
struct TrendMark {
  std::string text;
  Style style = Style::faint;
};
TrendMark trend_mark(const Json& trend, Direction better);

}  // namespace tidemark::render
