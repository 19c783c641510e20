#include <fmt/format.h>

#include <algorithm>

#include "contracts/catalogue.hpp"
#include "jobs/render/chart.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/summary_parts.hpp"

namespace tidemark::render {
namespace {

struct Card {
  std::string title;
  std::string value;
  Style value_style = Style::strong;
  std::string note;  // beside the value
  Style note_style = Style::faint;
  std::optional<double> gauge;  // 0..1
  std::vector<std::string> details;
};

constexpr int kDetailLines = 3;
constexpr int kCardWidth = 19;  // at least

// A score below `warning` is worth a look, below `critical` an alert. Spec: jobs, "Alerts, forecast, health".
struct Thresholds {
  double warning;
  double critical;
};

Style style_of(double score, Thresholds thresholds) {
  if (score < thresholds.critical) return Style::bad;
  return score < thresholds.warning ? Style::warning : Style::good;
}

Card score_card(std::string title, const Json& metric, Thresholds thresholds) {
  Card card;
  card.title = std::move(title);
  const auto value = number(metric, "value");
  card.value = value ? fmt::format("{:.1f}", *value) : std::string{kAbsent};
  card.value_style = value ? style_of(*value, thresholds) : Style::faint;
  if (value) card.gauge = *value / 100;
  return card;
}

// Every north-star value is better when it is higher.
void add_trend(Card& card, const Json& metric) {
  const auto trend = text(metric, "trend");
  if (trend.empty()) return;
  const auto change = shown(metric, "change_pct", [](double pct) { return fmt::format(" {:+.1f} %", pct); });
  card.note = (trend == "up" ? "▲" : trend == "down" ? "▼" : "▶") + (number(metric, "change_pct") ? change : "");
  card.note_style = trend == "up" ? Style::good : trend == "down" ? Style::bad : Style::faint;
}

// The values of a card stand in a column, where they leave room for it: "success 100.0 %" does not.
std::string detail(std::string_view label, const std::string& value) {
  std::string line = fmt::format("{:<9}{}", label, value);
  return line.size() <= kCardWidth - 4 ? line : fmt::format("{} {}", label, value);
}

Card health_card(const Json& metric) {
  auto card = score_card("Health", metric, {70, 50});
  const auto status = text(metric, "status");
  if (!status.empty()) card.title += " · " + status;
  add_trend(card, metric);
  const auto limit = text(metric, "limiting_component");
  if (!limit.empty()) {
    const Metric* metric_behind = find_metric(limit);
    std::string words = metric_behind == nullptr ? limit : std::string{metric_behind->title};
    std::replace(words.begin(), words.end(), '_', ' ');
    card.details = {"held back by"};
    for (auto& line : wrap(words, kCardWidth - 4)) card.details.push_back(std::move(line));
  }
  return card;
}

std::vector<Card> cards_of(const Json& north_star) {
  std::vector<Card> cards{health_card(member(north_star, "health_at_a_glance"))};

  const auto& predictability = member(north_star, "delivery_predictability_index");
  cards.push_back(score_card("Predictability", predictability, {65, 50}));
  add_trend(cards.back(), predictability);
  if (!cards.back().note.empty()) cards.back().details = {"against the", "week before"};

  const auto& flow = member(north_star, "flow_efficiency_score");
  cards.push_back(score_card("Flow efficiency", flow, {30, 20}));
  add_trend(cards.back(), flow);
  if (number(flow, "value"))
    cards.back().details = {detail("active", shown(flow, "active_time_pct", percent_text)),
                            detail("waiting", shown(flow, "waiting_time_pct", percent_text)),
                            detail("blocked", shown(flow, "blocked_time_pct", percent_text))};

  const auto& reliability = member(north_star, "integration_reliability_score");
  cards.push_back(score_card("Integration", reliability, {75, 60}));
  add_trend(cards.back(), reliability);
  if (number(reliability, "value"))
    cards.back().details = {detail("success", shown(reliability, "success_rate", ratio_text)),
                            detail("recovery", shown(reliability, "avg_recovery_minutes", minutes_text))};

  Card delivery;
  delivery.title = "Value delivery";
  const auto& rate = member(north_star, "active_value_delivery_rate");
  delivery.value = shown(rate, "value", decimal_text);
  add_trend(delivery, rate);
  delivery.details = {"weighted tasks", "per day"};
  cards.push_back(delivery);
  return cards;
}

Line framed(const Line& content, int width, const Terminal& terminal) {
  Line line{terminal};
  line.add("│ ", Style::faint).add(content);
  return line.pad_to(width - 1).add("│", Style::faint);
}

Block draw(const Card& card, int width, const Terminal& terminal) {
  const int inner = width - 4;
  Block block;
  const auto title = shorten(card.title, inner);
  block.push_back(Line{terminal}
                      .add("╭ ", Style::faint)
                      .add(title)
                      .add(" " + repeat("─", width - 4 - display_width(title)) + "╮", Style::faint));
  Line value{terminal};
  value.add(card.value, card.value_style);
  value.pad_to(inner - display_width(card.note)).add(card.note, card.note_style);
  block.push_back(framed(value, width, terminal));
  Line gauge{terminal};
  if (card.gauge) {
    const auto filled = bar(*card.gauge, inner);
    gauge.add(filled.substr(0, filled.find_last_not_of(' ') + 1), card.value_style);
    gauge.add(repeat("·", inner - gauge.width()), Style::faint);
  }
  block.push_back(framed(gauge, width, terminal));
  for (std::size_t i = 0; i < kDetailLines; ++i) {
    Line line{terminal};
    if (i < card.details.size()) line.add(shorten(card.details[i], inner), Style::faint);
    block.push_back(framed(line, width, terminal));
  }
  block.push_back(Line{terminal}.add("╰" + repeat("─", width - 2) + "╯", Style::faint));
  return block;
}

}  // namespace

Block north_star_block(const Json& north_star, const Terminal& terminal) {
  const auto cards = cards_of(north_star);
  const int per_row = std::clamp((terminal.width + 1) / (kCardWidth + 1), 1, static_cast<int>(cards.size()));
  const int width = (terminal.width + 1) / per_row - 1;
  Block block;
  for (std::size_t first = 0; first < cards.size(); first += static_cast<std::size_t>(per_row)) {
    Block row;
    for (std::size_t i = first; i < std::min(cards.size(), first + static_cast<std::size_t>(per_row)); ++i)
      row = beside(row, draw(cards[i], width, terminal), static_cast<int>(i - first) * (width + 1), terminal);
    block.insert(block.end(), row.begin(), row.end());
  }
  return block;
}

}  // namespace tidemark::render
