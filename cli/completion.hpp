#pragma once
// Purpose: completion for bash and zsh, made of the command line's own tree: what it offers is what the program that prints it takes.
// Threads: plain values.

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace ordo::cli {

// What may follow one word of the tree.
struct CompletedOption {
  std::string name;                 // "--output"; empty: the subcommand's own argument
  std::string description;
  bool takes_value = false;
  bool is_file = false;
  std::vector<std::string> values;  // those that there are; empty: anything
};

struct CompletedCommand {
  std::string path;  // "ordo events tail"
  std::string description;
  std::vector<CompletedOption> options;  // its own
  std::vector<CompletedCommand> subcommands;
};

[[nodiscard]] CompletedCommand completed(const CLI::App& app, const std::string& name);

// Scripts for the shells. The options of `root` may stand everywhere.
[[nodiscard]] std::string bash_completion(const CompletedCommand& root);
[[nodiscard]] std::string zsh_completion(const CompletedCommand& root);

}  // namespace ordo::cli
