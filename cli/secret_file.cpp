#include "cli/secret_file.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

namespace ordo::cli {

namespace {

std::string read_all(std::istream& input) { return {std::istreambuf_iterator<char>(input), {}}; }

}  // namespace

Result<std::string> read_secret(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  if (path != "-" && !file) return failure(FailureKind::unavailable, fmt::format("cannot read the password from {}", path));
  auto secret = read_all(path == "-" ? std::cin : file);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) return failure(FailureKind::corrupt, fmt::format("no password stands in {}", path));
  return secret;
}

}  // namespace ordo::cli
