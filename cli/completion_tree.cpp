#include <algorithm>

#include "cli/completion.hpp"

namespace ordo::cli {
namespace {

// CLI11 tells the values of a choice as the name of their type: "TEXT:{table,json,ndjson}".
std::vector<std::string> values_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto begin = type.find('{'), end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

CompletedOption completed(const CLI::Option& option) {
  const auto name = option.nonpositional() ? "--" + option.get_lnames().front() : std::string();
  return {name, option.get_description(), option.get_items_expected_min() > 0, name.ends_with("-file"), values_of(option)};
}

}  // namespace

CompletedCommand completed(const CLI::App& app, const std::string& name) {
  CompletedCommand command{name, app.get_description(), {}, {}};
  for (const auto* option : app.get_options()) {
    const bool is_hidden = option->get_group().empty();
    if (!is_hidden && (option->get_positional() || !option->get_lnames().empty())) command.options.push_back(completed(*option));
  }
  for (const auto* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    command.subcommands.push_back(completed(*each, name + ' ' + each->get_name()));
  }
  return command;
}

}  // namespace ordo::cli
