#include "gateway/http/request.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace ordo::http {
namespace {

constexpr std::array kMethods{
    std::pair{Method::get, std::string_view("GET")},         std::pair{Method::head, std::string_view("HEAD")},
    std::pair{Method::post, std::string_view("POST")},       std::pair{Method::put, std::string_view("PUT")},
    std::pair{Method::patch, std::string_view("PATCH")},     std::pair{Method::remove, std::string_view("DELETE")},
    std::pair{Method::options, std::string_view("OPTIONS")},
};

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

}  // namespace

Method parse_method(std::string_view text) {
  const auto* found = std::ranges::find(kMethods, text, [](const auto& entry) { return entry.second; });
  return found == kMethods.end() ? Method::other : found->first;
}

std::string_view text(Method method) {
  const auto* found = std::ranges::find(kMethods, method, [](const auto& entry) { return entry.first; });
  return found == kMethods.end() ? "?" : found->second;
}

bool Principal::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

const std::string& Request::path_parameter(std::string_view name) const {
  const std::string* value = find_parameter(path_parameters, name);
  assert(value != nullptr);
  return *value;
}

std::optional<std::string_view> Request::query_parameter(std::string_view name) const {
  const std::string* value = find_parameter(query, name);
  return value == nullptr ? std::nullopt : std::optional<std::string_view>(*value);
}

std::optional<std::string_view> Request::header(std::string_view name) const { return find_header(headers, name); }

}  // namespace ordo::http
