#include "tests/golden/golden.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

namespace ordo::golden {

std::string file(std::string_view path, std::string_view written_today) {
  const auto place = std::filesystem::path(kFolder) / path;
  if (!std::filesystem::exists(place) && std::getenv("ORDO_ADD_GOLDEN") != nullptr) {
    std::filesystem::create_directories(place.parent_path());
    std::ofstream(place, std::ios::binary) << written_today;
  }
  std::ifstream in(place, std::ios::binary);
  if (!in) throw std::runtime_error(fmt::format("there is no golden file {}", place.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

log::Payload payload(std::string_view context, const log::Payload& written_today, std::string_view variant) {
  const auto path = fmt::format("{}/{}{}.bin", context, written_today.type, variant);
  return {written_today.type, file(path, written_today.bytes)};
}

}  // namespace ordo::golden
