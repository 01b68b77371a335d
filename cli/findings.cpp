#include "cli/findings.hpp"

#include <algorithm>

#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

Tone tone_of(Level level) {
  switch (level) {
    case Level::ok: return Tone::good;
    case Level::warning: return Tone::warning;
    case Level::danger: return Tone::bad;
  }
  return Tone::bad;
}

std::string json_of(const Finding& finding) {
  JsonText json;
  json.open_object().member("area", finding.area).member("level", text(finding.level)).member("what", finding.what);
  if (!finding.remedy.empty()) json.member("remedy", finding.remedy);
  return json.close_object().take();
}

std::string table_of(const std::vector<Finding>& findings, bool coloured) {
  Table table{"STATE", "AREA", "WHAT"};
  for (const auto& [area, level, what, remedy] : findings) {
    table.add({Cell(text(level), tone_of(level)), area, what});
    if (!remedy.empty()) table.add({"", "", Cell("→ " + remedy, Tone::dim)});
  }
  return table.text(coloured);
}

}  // namespace

std::string_view text(Level level) {
  switch (level) {
    case Level::ok: return "ok";
    case Level::warning: return "warning";
    case Level::danger: return "danger";
  }
  return "danger";
}

Level level_of(const std::vector<Finding>& findings) {
  const auto worst = std::ranges::max_element(findings, {}, &Finding::level);
  return worst == findings.end() ? Level::ok : worst->level;
}

std::string findings_text(const std::vector<Finding>& findings, const std::string& output, bool coloured) {
  if (output == "table") return table_of(findings, coloured);
  std::string lines;
  JsonText json;
  json.open_object().member("level", text(level_of(findings))).key("findings").open_array();
  for (const auto& finding : findings) {
    json.raw(json_of(finding));
    lines += json_of(finding) + '\n';
  }
  return output == "json" ? json.close_array().close_object().take() + '\n' : lines;
}

}  // namespace ordo::cli
