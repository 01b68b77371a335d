#include "events/log/jetstream/stream_state.hpp"

#include <algorithm>
#include <vector>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {
namespace {

std::vector<Replica> replicas_of(const jsStreamInfo& info) {
  std::vector<Replica> replicas;
  if (info.Cluster == nullptr) return replicas;
  for (const auto* peer : std::span(info.Cluster->Replicas, static_cast<std::size_t>(info.Cluster->ReplicasLen))) {
    replicas.push_back({peer->Offline, std::chrono::nanoseconds(peer->Active)});
  }
  return replicas;
}

}  // namespace

bool certainly_leads(std::span<const Replica> others) {
  const auto is_loyal = [](const Replica& other) { return !other.offline && other.silence <= kReplicaSilenceMax; };
  const auto loyal = std::ranges::count_if(others, is_loyal);
  const auto servers = others.size() + 1;
  return 2 * (static_cast<std::size_t>(loyal) + 1) > servers;
}

Result<StreamBounds> bounds_of(Connection& connection, StreamName stream, std::chrono::milliseconds timeout) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = timeout.count();
  jsStreamInfo* info = nullptr;
  jsErrCode error{};
  const auto status = js_GetStreamInfo(&info, connection.parts().context.get(), text(stream).c_str(), &options, &error);
  const StreamInfoHandle handle(info);
  if (static_cast<int>(error) == kStreamNotFound) {
    return failure(FailureKind::unavailable, "there is no stream " + text(stream) + ": run `ordo setup`");
  }
  if (status != NATS_OK) return failure_of(status, text(stream));
  if (!certainly_leads(replicas_of(*info))) {
    return failure(FailureKind::unavailable, "who leads " + text(stream) + " has not heard of a majority for " +
                                                 std::to_string(kReplicaSilenceMax.count()) + " s and may have lost its lead");
  }
  return StreamBounds{std::max<std::uint64_t>(info->State.FirstSeq, 1), info->State.LastSeq};
}

}  // namespace ordo::log::jetstream
