#pragma once
// Purpose: the few steps that every context's codec repeats between Protobuf messages and our own structs.
// Included by codec sources only: it needs generated code.

#include <optional>
#include <string>

#include <fmt/format.h>

#include "events/log/event.hpp"
#include "events/vocabulary/money.hpp"

namespace ordo::log {

template <class Message>
[[nodiscard]] Payload to_payload(std::string type, const Message& message) {
  return {std::move(type), message.SerializeAsString()};
}

template <class Message>
[[nodiscard]] Result<Message> from_payload(const Payload& payload) {
  Message message;
  if (!message.ParseFromString(payload.bytes)) {
    return failure(FailureKind::corrupt, fmt::format("the payload of a {} is damaged", payload.type));
  }
  return message;
}

[[nodiscard]] inline tl::unexpected<Failure> damaged(const Payload& payload, std::string_view field) {
  return failure(FailureKind::corrupt, fmt::format("a {} has no valid {}", payload.type, field));
}

[[nodiscard]] inline tl::unexpected<Failure> unknown_type(const Payload& payload) {
  return failure(FailureKind::corrupt,
                 fmt::format("event type {} is unknown to this version; run the version that wrote it, or a newer one", payload.type));
}

[[nodiscard]] inline IdBytes fingerprint_from(const std::string& bytes) {
  const auto id = Id<struct FingerprintTag>::from_bytes(bytes);
  return id ? id->bytes() : IdBytes{};
}

[[nodiscard]] inline std::string fingerprint_bytes(const IdBytes& fingerprint) {
  return {reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size()};
}

}  // namespace ordo::log
