#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.hpp"

namespace ordo::cli {
namespace {

std::vector<const CompletedCommand*> everything_below(const CompletedCommand& root) {
  std::vector<const CompletedCommand*> all;
  for (const auto& each : root.subcommands) {
    all.push_back(&each);
    const auto below = everything_below(each);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

std::string name_of(const CompletedCommand& command) { return command.path.substr(command.path.rfind(' ') + 1); }

std::string in_quotes(std::string_view text) {
  std::string marked = "'";
  for (const char each : text) marked += each == '\'' ? std::string("'\\''") : std::string(1, each);
  return marked + "'";
}

// Both shells walk to the innermost subcommand first, over the words between the program's name and the cursor.
std::string walk(const CompletedCommand& root) {
  std::vector<std::string> paths;
  for (const auto* each : everything_below(root)) paths.push_back(in_quotes(each->path));
  return fmt::format("  local place={} word\n  for word in \"${{words_before[@]}}\"; do\n    case \"$place $word\" in\n"
                     "      {}) place=\"$place $word\" ;;\n    esac\n  done\n",
                     root.path, fmt::join(paths, " | "));
}

// One branch of `case "$place $previous"` per option that takes a value. Those of the root stand behind every place.
template <class Say>
std::string value_branches(const CompletedCommand& command, bool is_root, const Say& say) {
  std::string branches;
  for (const auto& option : command.options) {
    if (option.name.empty() || !option.takes_value) continue;
    const auto pattern = is_root ? "*" + in_quotes(' ' + option.name) : in_quotes(command.path + ' ' + option.name);
    branches += fmt::format("    {}) {}return ;;\n", pattern, say(option));
  }
  return branches;
}

template <class Say>
std::string all_value_branches(const CompletedCommand& root, const Say& say) {
  std::string branches = "  case \"$place $previous\" in\n";
  for (const auto* each : everything_below(root)) branches += value_branches(*each, false, say);
  return branches + value_branches(root, true, say) + "  esac\n";
}

// What may stand where no value is wanted, with what it means: subcommands, the choices of an argument, options.
struct Word {
  std::string word;
  std::string meaning;
};

std::vector<Word> options_of(const CompletedCommand& command) {
  std::vector<Word> words;
  for (const auto& option : command.options) {
    if (!option.name.empty()) words.push_back({option.name, option.description});
  }
  return words;
}

std::vector<Word> words_of(const CompletedCommand& command) {
  std::vector<Word> words;
  for (const auto& each : command.subcommands) words.push_back({name_of(each), each.description});
  for (const auto& option : command.options) {
    if (!option.name.empty()) continue;
    for (const auto& value : option.values) words.push_back({value, option.description});
  }
  const auto options = options_of(command);
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

std::string in_bash(const std::vector<Word>& words) {
  std::string list;
  for (const auto& [word, meaning] : words) list += (list.empty() ? "" : " ") + word;
  return in_quotes(list);
}

// zsh shows what stands behind the colon.
std::string in_zsh(const std::vector<Word>& words) {
  std::string list;
  for (const auto& [word, meaning] : words) list += (list.empty() ? "" : " ") + in_quotes(fmt::format("{}:{}", word, meaning));
  return list;
}

std::string bash_value(const CompletedOption& option) {
  if (option.is_file) return "mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); ";
  if (option.values.empty()) return "";
  const auto values = in_quotes(fmt::format("{}", fmt::join(option.values, " ")));
  return fmt::format("mapfile -t COMPREPLY < <(compgen -W {} -- \"$current\"); ", values);
}

std::string zsh_value(const CompletedOption& option) {
  if (option.is_file) return "_files; ";
  if (option.values.empty()) return fmt::format("_message {}; ", in_quotes(option.description));
  return fmt::format("compadd -- {}; ", fmt::join(option.values, " "));
}

}  // namespace

std::string bash_completion(const CompletedCommand& root) {
  auto script = std::string("# Completion of ordo for bash: . <(ordo completion bash)\n_ordo() {\n") +
                "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=\n"
                "  local words_before=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
                "  # bash takes --output=json for three words.\n"
                "  [[ $current != = ]] || current=\n"
                "  [[ $previous != = ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                "  COMPREPLY=()\n" +
                walk(root) + all_value_branches(root, bash_value) + "  case \"$place\" in\n";
  for (const auto* each : everything_below(root)) {
    script += fmt::format("    {}) words={} ;;\n", in_quotes(each->path), in_bash(words_of(*each)));
  }
  script += "  esac\n";
  script += fmt::format("  if [[ $place == {} ]]; then words={}; elif [[ $current == -* ]]; then words+=' '{}; fi\n", root.path,
                        in_bash(words_of(root)), in_bash(options_of(root)));
  return script + "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\ncomplete -o default -F _ordo ordo\n";
}

std::string zsh_completion(const CompletedCommand& root) {
  auto script = std::string("#compdef ordo\n# Completion of ordo for zsh: . <(ordo completion zsh), behind compinit\n_ordo() {\n") +
                "  local previous=${words[CURRENT-1]}\n  local -a choices words_before=(\"${(@)words[2,CURRENT-1]}\")\n" + walk(root) +
                all_value_branches(root, zsh_value) + "  case \"$place\" in\n";
  script += fmt::format("    {}) choices=({}) ;;\n", root.path, in_zsh(words_of(root)));
  for (const auto* each : everything_below(root)) {
    script += fmt::format("    {}) choices=({}) ;;\n", in_quotes(each->path), in_zsh(words_of(*each)));
  }
  script += "  esac\n";
  script += fmt::format("  [[ $place == {} || $PREFIX != -* ]] || choices+=({})\n", root.path, in_zsh(options_of(root)));
  return script + "  _describe ordo choices\n}\ncompdef _ordo ordo\n";
}

}  // namespace ordo::cli
