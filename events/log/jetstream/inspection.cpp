#include "events/log/jetstream/inspection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/setup.hpp"
#include "events/log/jetstream/stream_info.hpp"
#include "events/log/jetstream/stream_settings.hpp"

namespace ordo::log::jetstream {
namespace {

constexpr std::string_view kGreeting = "INFO ";

std::string text_at(const FlatJson& json, std::string_view path) {
  const auto found = json.find(path);
  return found == json.end() ? std::string() : found->second;
}

std::uint64_t number_at(const FlatJson& json, std::string_view path) {
  return parse_number<std::uint64_t>(text_at(json, path)).value_or(0);
}

// nats-server 2.10 adds -1 for each stream without a limit of its own, and writes the sum without a sign.
std::uint64_t reserved_bytes_of(const FlatJson& account) {
  const auto sum = static_cast<std::int64_t>(number_at(account, "reserved_storage"));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

// The leader is never listed: it answered.
std::vector<std::string> lame_copies(const FlatJson& info) {
  std::vector<std::string> lame;
  for (int number = 0;; ++number) {
    const auto at = [&](std::string_view member) { return text_at(info, fmt::format("cluster.replicas.{}.{}", number, member)); };
    const auto name = at("name");
    if (name.empty()) return lame;
    if (at("offline") == "true") {
      lame.push_back(name + " is away");
    } else if (at("current") != "true") {
      lame.push_back(name + " lags behind");
    }
  }
}

Result<StreamCondition> look_at(Connection& connection, const WantedStream& wanted) {
  const auto info = stream_info(connection, wanted.name);
  if (!info) return tl::unexpected(info.error());
  if (!*info) return StreamCondition{wanted.name, false, {}, {}};
  return StreamCondition{wanted.name, true, difference(wanted.settings, **info), lame_copies(**info)};
}

Result<void> look_at_account(Connection& connection, LogInspection& inspection) {
  const auto answer = ask_patiently(connection, "$JS.API.INFO", "");
  if (!answer) return tl::unexpected(answer.error());
  const auto account = flatten_json(*answer);
  if (!account) return failure(FailureKind::corrupt, "the server's account of JetStream is no JSON");
  inspection.stored_bytes = number_at(*account, "storage");
  inspection.reserved_bytes = reserved_bytes_of(*account);
  inspection.bytes_max = parse_number<std::uint64_t>(text_at(*account, "limits.max_storage"));
  return {};
}

Result<void> look_at_first_stream(Connection& connection, const std::string& first, LogInspection& inspection) {
  const auto info = stream_info(connection, first);
  if (!info) return tl::unexpected(info.error());
  if (!*info) return {};
  inspection.replicas = parse_number<int>(text_at(**info, "config.num_replicas")).value_or(1);
  inspection.server_time = parse_server_time(text_at(**info, "ts"));
  return {};
}

}  // namespace

Result<LogInspection> inspect(Connection& connection, Partition partitions) {
  LogInspection inspection;
  const auto written = partitions_of(connection);
  if (!written) return tl::unexpected(written.error());
  inspection.partitions = *written;
  if (auto looked = look_at_first_stream(connection, wanted_buckets(1).front().name, inspection); !looked) {
    return tl::unexpected(looked.error());
  }
  auto wanted = wanted_buckets(inspection.replicas);
  for (auto& stream : wanted_streams(written->value_or(partitions), inspection.replicas)) wanted.push_back(std::move(stream));
  for (const auto& stream : wanted) {
    auto condition = look_at(connection, stream);
    if (!condition) return tl::unexpected(condition.error());
    inspection.streams.push_back(std::move(*condition));
  }
  if (auto looked = look_at_account(connection, inspection); !looked) return tl::unexpected(looked.error());
  return inspection;
}

std::optional<ServerInspection> parse_server_page(std::string_view varz) {
  const auto page = flatten_json(varz);
  if (!page || text_at(*page, "version").empty()) return std::nullopt;
  ServerInspection server;
  server.name = text_at(*page, "server_name");
  server.version = text_at(*page, "version");
  server.syncs_always = text_at(*page, "jetstream.config.sync_always") == "true";
  const auto sync_interval_ns = parse_number<std::uint64_t>(text_at(*page, "jetstream.config.sync_interval"));
  if (sync_interval_ns) server.sync_interval_ms = static_cast<std::int64_t>(*sync_interval_ns / 1'000'000);
  server.store_folder = text_at(*page, "jetstream.config.store_dir");
  server.now = parse_server_time(text_at(*page, "now"));
  return server;
}

std::optional<std::string> version_in_greeting(std::string_view line) {
  if (!line.starts_with(kGreeting)) return std::nullopt;
  const auto greeting = flatten_json(line.substr(kGreeting.size()));
  if (!greeting || text_at(*greeting, "version").empty()) return std::nullopt;
  return text_at(*greeting, "version");
}

bool asks_for_a_user(std::string_view line) {
  const auto greeting = line.starts_with(kGreeting) ? flatten_json(line.substr(kGreeting.size())) : std::nullopt;
  return greeting && text_at(*greeting, "auth_required") == "true";
}

}  // namespace ordo::log::jetstream
