#include "cli/completion.hpp"

#include <iostream>
#include <memory>

#include "cli/exit_codes.hpp"
#include "cli/settings.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "Prints a script for the shell. It is made of this very program's command line, so print it anew with every version, best at each\n"
    "start of the shell: a line in ~/.bashrc or, behind compinit, in ~/.zshrc.\n"
    "Exit: 0 printed.\n"
    "Example: . <(ordo completion bash)\n"
    "Example: ordo completion zsh > _ordo";

}  // namespace

void add_completion(CLI::App& app, const Settings&, int& exit_code) {
  auto* command = app.add_subcommand("completion", "makes the shell complete ordo's subcommands, options and their values");
  command->footer(kFooter);
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  command->callback([&app, &exit_code, shell] {
    const auto tree = completed(app, "ordo");
    std::cout << (*shell == "bash" ? bash_completion(tree) : zsh_completion(tree));
    exit_code = exit_code::kGood;
  });
}

}  // namespace ordo::cli
