#include <catch2/catch.hpp>

#include "gateway/admission/unpassed.hpp"

namespace ordo::admission {

TEST_CASE("what is stored is not passed until its reader says so, event by event") {
  Unpassed unpassed;
  unpassed.stored(1, 3);
  unpassed.stored(2, 2);
  CHECK(unpassed.count() == 5);
  CHECK(unpassed.passed({1, 0}) == 1);
  CHECK(unpassed.count() == 4);
  CHECK(unpassed.passed({1, 1}) == 1);
  CHECK(unpassed.passed({2, 0}) == 2);
  CHECK(unpassed.passed({2, 1}) == 1);
  CHECK(unpassed.count() == 0);
}

TEST_CASE("a reader never goes back, and what is heard twice or late says nothing new") {
  Unpassed unpassed;
  unpassed.stored(5, 1);
  CHECK(unpassed.passed({7, 0}) == 1);
  CHECK(unpassed.passed({5, 0}) == 0);
  unpassed.stored(5, 1);
  unpassed.stored(7, 1);
  CHECK(unpassed.count() == 0);
  unpassed.stored(8, 1);
  CHECK(unpassed.count() == 1);
}

TEST_CASE("messages that concern the reader in nothing leave no trace") {
  Unpassed unpassed;
  unpassed.stored(1, 0);
  unpassed.stored(2, 4);
  unpassed.stored(3, 0);
  CHECK(unpassed.count() == 4);
  unpassed.passed({2, 3});
  CHECK(unpassed.count() == 0);
}

TEST_CASE("what the feed lost counts as much as messages hold on average, until it is passed") {
  Unpassed unpassed;
  unpassed.stored(1, 10);
  unpassed.stored(4, 10);
  CHECK(unpassed.count() == 40);
  unpassed.passed({3, 9});
  CHECK(unpassed.count() == 10);
  unpassed.passed({4, 9});
  CHECK(unpassed.count() == 0);
}

TEST_CASE("what was stored before the first message that was heard counts once the reader tells where it is") {
  Unpassed unpassed;
  unpassed.stored(100, 10);
  CHECK(unpassed.count() == 10);
  unpassed.passed({95, 9});
  CHECK(unpassed.count() == 50);
  unpassed.passed({100, 9});
  CHECK(unpassed.count() == 0);
}

TEST_CASE("a reader that is heard first tells what is missing, too") {
  Unpassed unpassed;
  unpassed.passed({7, 0});
  unpassed.stored(10, 2);
  CHECK(unpassed.count() == 6);
}

TEST_CASE("the loss of a message that was passed leaves nothing behind") {
  Unpassed unpassed;
  unpassed.stored(1, 1);
  unpassed.passed({9, 0});
  unpassed.stored(10, 1);
  CHECK(unpassed.count() == 1);
}

TEST_CASE("beyond the limit messages count together, and none is lost") {
  Unpassed unpassed;
  const auto last = Unpassed::kMessagesMax + 10;
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) unpassed.stored(sequence, 2);
  CHECK(unpassed.count() == 2 * last);
  unpassed.passed({Unpassed::kMessagesMax - 1, 1});
  CHECK(unpassed.count() == 2 * 11);
  unpassed.passed({last, 1});
  CHECK(unpassed.count() == 0);
}

}  // namespace ordo::admission
