#pragma once
// Purpose: messages of one partition as the log stores them, in a few words: how many events, and up to where inputs are decided.

#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::admission {

inline log::StoredMessage stored(log::Topic topic, std::uint64_t sequence, std::size_t events, log::Checkpoints checkpoints = {},
                                 log::Partition partition = 0) {
  log::Run run{std::move(checkpoints), {}, {}};
  for (std::size_t count = 0; count < events; ++count) {
    log::Event event;
    event.id = EventId::random();
    event.payload = {"Test.v1", "some bytes"};
    run.events.push_back(std::move(event));
  }
  return {{log::stream_of(topic), partition}, sequence, log::subject(topic, partition), log::encode_run(run)};
}

}  // namespace ordo::admission
