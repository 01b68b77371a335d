#include "cli/rebuild_text.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr std::chrono::seconds kBetweenLines{5};
constexpr int kBarCells = 30;
constexpr double kWeightOfTheNewest = 0.3;
// To say beforehand how long it may take; machines differ.
constexpr double kEventsPerSecond = 50'000;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  auto digits = std::to_string(number);
  for (auto place = digits.size(); place > 3;) digits.insert(place -= 3, ",");
  return digits;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(std::max(seconds, 0.0)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3'600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3'600, whole / 60 % 60);
}

RebuildFigures figures_of(const projections::RebuildProgress& progress, double events_per_second) {
  RebuildFigures figures;
  const auto total = std::max(progress.messages_total, progress.messages_done);
  const auto read = progress.messages_done - std::min(progress.messages_before, progress.messages_done);
  const auto per_message = read == 0 ? 1.0 : share(progress.events_done, read);
  const auto events_in = [&](std::uint64_t messages) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(messages) * per_message));
  };
  figures.percent = static_cast<int>(100 * share(progress.messages_done, total));
  figures.events_done = events_in(progress.messages_done);
  figures.events_total = events_in(total);
  figures.events_per_second = events_per_second;
  figures.messages_behind = total - progress.messages_done;
  if (events_per_second > 0) figures.seconds_left = static_cast<double>(figures.events_total - figures.events_done) / events_per_second;
  return figures;
}

std::string line_of(const RebuildFigures& figures) {
  return fmt::format("rebuild: {:3} %, {} of about {} events, {} events/s, {} left, {} messages behind the log", figures.percent,
                     grouped(figures.events_done), grouped(figures.events_total),
                     grouped(static_cast<std::uint64_t>(figures.events_per_second)), duration_text(figures.seconds_left),
                     grouped(figures.messages_behind));
}

std::string bar_of(const RebuildFigures& figures) {
  const auto filled = static_cast<std::size_t>(kBarCells * figures.percent / 100);
  return fmt::format("[{}{}] {:3} %  {} of ~{} events  {}/s  {} left  {} behind", std::string(filled, '#'),
                     std::string(kBarCells - filled, '.'), figures.percent, grouped(figures.events_done), grouped(figures.events_total),
                     grouped(static_cast<std::uint64_t>(figures.events_per_second)), duration_text(figures.seconds_left),
                     grouped(figures.messages_behind));
}

void RebuildDisplay::end() {
  if (is_on_bar_) out_ << '\n' << std::flush;
  is_on_bar_ = false;
}

std::string keys_text(const projections::RebuildProgress& progress) {
  return fmt::format("all that is in the log is there; its keys and indexes are made, {} tables left", progress.tables_left);
}

void RebuildDisplay::show(const projections::RebuildProgress& progress) {
  const auto& newest = progress.events_per_second;
  events_per_second_ = events_per_second_ == 0 ? newest : (1 - kWeightOfTheNewest) * events_per_second_ + kWeightOfTheNewest * newest;
  const auto figures = figures_of(progress, events_per_second_);
  const bool reads = progress.tables_left == 0;
  if (is_terminal_) {
    out_ << '\r' << (reads ? bar_of(figures) : keys_text(progress)) << "\033[K" << std::flush;
    is_on_bar_ = true;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now < next_line_) return;
  next_line_ = now + kBetweenLines;
  out_ << (reads ? line_of(figures) : "rebuild: " + keys_text(progress)) << '\n' << std::flush;
}

std::string plan_text(const projections::RebuildPlan& plan) {
  const auto left = plan.messages_total - plan.messages_done;
  std::string text = plan.goes_on ? fmt::format("It would go on with what stands in schema {}", projections::kBuilding)
                                  : fmt::format("It would begin with empty tables in schema {}", projections::kBuilding);
  if (!plan.goes_on && !plan.standing.empty()) text += fmt::format(", and drop those that stand there ({})", plan.standing);
  text += fmt::format(".\nIt would make: {}.\n", plan.note.empty() ? "all tables" : plan.note);
  text += fmt::format("Messages: {} of {} are to be read, {} are done.\n", grouped(left), grouped(plan.messages_total),
                      grouped(plan.messages_done));
  return text + fmt::format("Events: about {}; at 50,000 events/s that takes {}.\n", grouped(plan.events_left),
                            duration_text(static_cast<double>(plan.events_left) / kEventsPerSecond));
}

std::string plan_json(const projections::RebuildPlan& plan) {
  JsonText json;
  json.open_object().member("goes_on", plan.goes_on).member("makes", plan.note.empty() ? "all tables" : plan.note);
  json.member("standing", plan.standing).member("messages_total", plan.messages_total).member("messages_done", plan.messages_done);
  return json.member("events_left", plan.events_left).close_object().take() + '\n';
}

std::string end_text(const projections::Rebuilt& rebuilt) {
  const auto seconds = std::max(static_cast<double>(rebuilt.took.count()) / 1'000, 0.001);
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(rebuilt.events) / seconds);
  auto text = fmt::format("rebuilt from {} events{} in {:.1f} s, {} events/s", grouped(rebuilt.events), rebuilt.went_on ? " more" : "",
                          seconds, grouped(rate));
  const auto& progress = rebuilt.progress;
  if (progress.messages_before > 0) {
    text += fmt::format("; {} of {} messages were done before and not read again", grouped(progress.messages_before),
                        grouped(progress.messages_total));
  }
  return text;
}

std::string end_json(const projections::Rebuilt& rebuilt) {
  JsonText json;
  json.open_object().member("went_on", rebuilt.went_on).member("events", rebuilt.events);
  json.member("messages_before", rebuilt.progress.messages_before).member("messages_total", rebuilt.progress.messages_total);
  json.raw_member("seconds", fmt::format("{:.3f}", static_cast<double>(rebuilt.took.count()) / 1'000));
  return json.close_object().take() + '\n';
}

}  // namespace ordo::cli
