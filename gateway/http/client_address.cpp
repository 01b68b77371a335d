#include "gateway/http/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ordo::http {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr Bytes kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

bool is_version_4(const Bytes& address) { return std::equal(address.begin(), address.begin() + 12, kMapped.begin()); }

std::optional<Bytes> parse(std::string_view text) {
  const std::string owned(text);
  Bytes address = kMapped;
  if (::inet_pton(AF_INET, owned.c_str(), address.data() + 12) == 1) return address;
  if (::inet_pton(AF_INET6, owned.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool holds(const Network& network, const Bytes& address) {
  // ::/64, the loopback's, would hold every IPv4 address as IPv6 has it.
  if (is_version_4(address) != is_version_4(network.address)) return false;
  const auto whole = network.prefix / 8;
  if (!std::equal(address.begin(), address.begin() + whole, network.address.begin())) return false;
  const auto rest = network.prefix % 8;
  return rest == 0 || (address[whole] ^ network.address[whole]) >> (8 - rest) == 0;
}

std::string counted(const Bytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_version_4(address)) return ::inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
  Bytes network = address;
  std::fill(network.begin() + 8, network.end(), std::uint8_t{0});
  return std::string(::inet_ntop(AF_INET6, network.data(), text.data(), text.size())) + "/64";
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const auto digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (is_version_4(*address)) network.prefix += kMappedBits;
  return network.prefix <= 128 ? std::optional(network) : std::nullopt;
}

// The last entry of the last such field.
std::string_view last_forwarded(const Headers& headers) {
  std::string_view last;
  for (const auto& header : headers) {
    if (same_name(header.name, "X-Forwarded-For")) last = header.value;
  }
  const auto comma = last.rfind(',');
  return trimmed(comma == std::string_view::npos ? last : last.substr(comma + 1));
}

}  // namespace

Result<Networks> parse_networks(std::string_view text) {
  Networks networks;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = trimmed(text.substr(0, comma));
    const auto network = parse_network(part);
    if (!network) return failure(FailureKind::corrupt, "'" + std::string(part) + "' is no address and no network like 10.0.0.0/8");
    networks.push_back(*network);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return networks;
}

std::string client_address(std::string_view peer, const Headers& headers, const Networks& trusted) {
  const auto connected = parse(peer);
  if (!connected) return "";
  const bool is_trusted = std::ranges::any_of(trusted, [&](const Network& network) { return holds(network, *connected); });
  const auto said = is_trusted ? parse(last_forwarded(headers)) : std::nullopt;
  return counted(said.value_or(*connected));
}

bool is_within(std::string_view client_address, const Networks& networks) {
  const auto address = parse(client_address.substr(0, client_address.find('/')));
  return address && std::ranges::any_of(networks, [&](const Network& network) { return holds(network, *address); });
}

std::string peer_address(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = nullptr;
  if (peer.ss_family == AF_INET) address = &reinterpret_cast<const sockaddr_in*>(&peer)->sin_addr;
  if (peer.ss_family == AF_INET6) address = &reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_addr;
  if (address == nullptr || ::inet_ntop(peer.ss_family, address, text.data(), text.size()) == nullptr) return "";
  return text.data();
}

}  // namespace ordo::http
