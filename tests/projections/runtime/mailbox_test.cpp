#include <thread>

#include <catch2/catch.hpp>

#include "projections/runtime/mailbox.hpp"

using namespace ordo;
using projections::Mailbox;

namespace {

constexpr std::chrono::seconds kLong{20};

log::StoredMessage message_of(std::size_t bytes) { return {{log::StreamKind::orders, 0}, 1, "", std::string(bytes, 'x')}; }

}  // namespace

TEST_CASE("a batch is what is there, up to its limit") {
  Mailbox mailbox(1'000);
  for (int count = 0; count < 5; ++count) mailbox.push(message_of(10));
  CHECK(mailbox.take({}, 25, kLong).size() == 3);
  CHECK(mailbox.take({}, 1'000, kLong).size() == 2);
}

TEST_CASE("a message larger than the limit is a batch of its own") {
  Mailbox mailbox(10);
  mailbox.push(message_of(5'000));
  CHECK(mailbox.take({}, 10, kLong).size() == 1);
}

TEST_CASE("a full mailbox makes the reader wait until the lane takes something") {
  Mailbox mailbox(10);
  mailbox.push(message_of(10));
  std::jthread reader([&] { mailbox.push(message_of(3)); });
  CHECK(mailbox.take({}, 1'000, kLong).front().payload.size() == 10);
  CHECK(mailbox.take({}, 1'000, kLong).front().payload.size() == 3);
}

TEST_CASE("a closed mailbox lets a waiting reader go") {
  Mailbox mailbox(10);
  mailbox.push(message_of(10));
  std::jthread reader([&] { mailbox.push(message_of(3)); });
  mailbox.close();
  reader.join();
  CHECK(mailbox.take({}, 1'000, kLong).size() == 1);
}

TEST_CASE("a lane that is told to stop takes nothing") {
  Mailbox mailbox(10);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(mailbox.take(stop.get_token(), 10, kLong).empty());
}

TEST_CASE("a lane to which nothing comes for a while is told so, that it may look around") {
  Mailbox mailbox(10);
  CHECK(mailbox.take({}, 10, std::chrono::milliseconds(1)).empty());
}
