#pragma once
// Purpose: owners of nats.c's objects. For the .cpp files of this folder only: nobody else sees <nats/nats.h>.

#include <memory>
#include <string>
#include <string_view>

#include <nats/nats.h>

namespace ordo::log::jetstream {

template <auto destroy>
struct Destroy {
  template <class Object>
  void operator()(Object* object) const noexcept {
    destroy(object);
  }
};

using ConnectionHandle = std::unique_ptr<natsConnection, Destroy<natsConnection_Destroy>>;
using ContextHandle = std::unique_ptr<jsCtx, Destroy<jsCtx_Destroy>>;
using InboxHandle = std::unique_ptr<natsInbox, Destroy<natsInbox_Destroy>>;
using MessageHandle = std::unique_ptr<natsMsg, Destroy<natsMsg_Destroy>>;
using OptionsHandle = std::unique_ptr<natsOptions, Destroy<natsOptions_Destroy>>;
using StreamInfoHandle = std::unique_ptr<jsStreamInfo, Destroy<jsStreamInfo_Destroy>>;

[[nodiscard]] inline std::string_view data_of(natsMsg* message) {
  const auto size = natsMsg_GetDataLength(message);
  return size > 0 ? std::string_view(natsMsg_GetData(message), static_cast<std::size_t>(size)) : std::string_view();
}

// Empty when there is no such header.
[[nodiscard]] inline std::string_view header_of(natsMsg* message, const char* name) {
  const char* value = nullptr;
  return natsMsgHeader_Get(message, name, &value) == NATS_OK && value != nullptr ? value : std::string_view();
}

}  // namespace ordo::log::jetstream
