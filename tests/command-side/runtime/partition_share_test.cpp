#include "command-side/runtime/partition_share.hpp"

#include <algorithm>
#include <array>

#include <catch2/catch.hpp>

namespace ordo::runtime {
namespace {

using namespace std::chrono_literals;

// Ids in a known order, because who moves first is decided by it.
log::InstanceId id_of(int number) {
  IdBytes bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return log::InstanceId(bytes);
}

std::string name_of(int number) { return "orders-" + std::to_string(number); }

// What instance 1 of the role has seen; entries come in with growing revisions.
class View {
 public:
  explicit View(log::Partition partitions) : share({name_of(1), id_of(1)}, partitions) {}

  View& present(int number, bool leaving = false) {
    share.see({{++revision_, {}, log::Presence{name_of(number), id_of(number), revision_, leaving}}});
    return *this;
  }
  // A lease per number: who holds partition 0, 1, …; 0: given back; -1: never written.
  View& held_by(const std::vector<int>& holders) {
    log::Partition partition = 0;
    for (const auto number : holders) {
      const auto holder = number == 0 ? log::InstanceId{} : id_of(number);
      if (number >= 0) share.see({{++revision_, {}, log::Lease{partition, holder, name_of(number), 1}}});
      ++partition;
    }
    return *this;
  }
  View& silent_for(std::chrono::milliseconds time) {
    share.watched(time);
    return *this;
  }

  Partitions taken() const {
    Partitions taken;
    for (const auto& write : share.moves().take) taken.insert(write.lease.partition);
    return taken;
  }
  std::size_t given_back() const { return share.moves().give_back.size(); }

  PartitionShare share;

 private:
  std::uint64_t revision_ = 0;
};

TEST_CASE("an instance that is alone takes everything") {
  View view(4);
  CHECK(view.taken().empty());  // not before the others can see it
  view.present(1);
  CHECK(view.taken() == Partitions{0, 1, 2, 3});
  view.held_by({1, 1, 1, 1});
  CHECK(view.share.held() == Partitions{0, 1, 2, 3});
  CHECK(view.taken().empty());
  CHECK(view.given_back() == 0);
}

TEST_CASE("two that start together each take their half") {
  View view(4);
  view.present(1).present(2);
  CHECK(view.taken() == Partitions{0, 1});
  PartitionShare second({name_of(2), id_of(2)}, 4);
  second.see({{1, {}, log::Presence{name_of(1), id_of(1), 1, false}}});
  second.see({{2, {}, log::Presence{name_of(2), id_of(2), 1, false}}});
  const auto moves = second.moves();
  REQUIRE(moves.take.size() == 2);
  CHECK(moves.take[0].lease.partition == 2);
  CHECK(moves.take[1].lease.partition == 3);
}

TEST_CASE("whoever has too much gives back as soon as another comes, and takes none of it again") {
  View view(4);
  view.present(1).held_by({1, 1, 1, 1}).present(2);
  const auto moves = view.share.moves();
  REQUIRE(moves.give_back.size() == 2);
  CHECK(moves.give_back[0].lease.holder.is_nil());
  for (const auto& write : moves.give_back) view.share.giving_back(write.lease.partition);
  CHECK(view.share.held() == Partitions{0, 1});
  // It is not known yet that the store has them: they are told again, and not taken.
  CHECK(view.given_back() == 2);
  CHECK(view.taken().empty());
  view.held_by({1, 1, 0, 0});
  CHECK(view.given_back() == 0);
  CHECK(view.taken().empty());
}

TEST_CASE("a lease is taken when its holder has been silent for long enough, and not before") {
  View view(2);
  view.present(1).present(2).held_by({2, 2}).silent_for(kRunsOutAfter - 1ms).present(1);
  CHECK(view.taken().empty());
  view.silent_for(1ms);
  CHECK(view.taken() == Partitions{0, 1});
  view.present(2);  // it was only slow
  CHECK(view.taken().empty());
}

TEST_CASE("whoever has just come waits less for a presence that is old already, but longer than a renewal takes") {
  View view(2);
  view.share.see({{1, {1'000}, log::Presence{name_of(2), id_of(2), 1, false}},
                  {2, {2'000}, log::Lease{0, id_of(2), name_of(2), 1}},
                  {3, {50'000}, log::Presence{name_of(1), id_of(1), 1, false}}});
  view.silent_for(kWatchedAtLeast - 1ms);
  CHECK(view.taken() == Partitions{1});
  view.silent_for(1ms);
  CHECK(view.taken() == Partitions{0, 1});
}

TEST_CASE("what an instance that leaves has held is free at once") {
  View view(2);
  view.present(1).present(2).held_by({1, 2}).present(2, true);
  CHECK(view.taken() == Partitions{1});
}

TEST_CASE("a life of the same name before this one holds nothing any more") {
  View view(2);
  view.share.see({{1, {}, log::Presence{name_of(1), id_of(7), 1, false}}});
  view.share.see({{2, {}, log::Lease{0, id_of(7), name_of(1), 5}}});
  CHECK_FALSE(view.share.own_revision());
  view.share.see({{3, {}, log::Presence{name_of(1), id_of(1), 1, false}}});
  CHECK_FALSE(view.share.is_replaced());
  const auto moves = view.share.moves();
  REQUIRE(moves.take.size() == 2);
  CHECK(moves.take[0].lease.term == 6);
  CHECK(moves.take[0].expected == 2);
}

TEST_CASE("whoever sees a later life of its own name is replaced, and moves nothing any more") {
  View view(2);
  view.present(1).held_by({1, 1});
  view.share.see({{99, {}, log::Presence{name_of(1), id_of(7), 1, false}}});
  CHECK(view.share.is_replaced());
  CHECK(view.taken().empty());
  CHECK(view.given_back() == 0);
}

TEST_CASE("whoever cannot renew moves nothing, but keeps what nobody has taken") {
  View view(4);
  view.present(1).present(2).held_by({1, 1, 1, 1}).silent_for(kRunsOutAfter);
  CHECK(view.share.held().size() == 4);
  CHECK(view.given_back() == 0);
  view.held_by({1, 2, 2, 1});
  CHECK(view.share.held() == Partitions{0, 3});
}

TEST_CASE("where it does not come out even nothing moves while everybody has the rounded share") {
  View view(5);
  view.present(1).present(2);
  SECTION("this one has the larger share") { view.held_by({1, 1, 1, 2, 2}); }
  SECTION("the other one has the larger share") { view.held_by({2, 2, 2, 1, 1}); }
  CHECK(view.taken().empty());
  CHECK(view.given_back() == 0);
}

TEST_CASE("a third instance gets its share although nobody has more than the most") {
  View view(4);
  view.present(1).present(2).present(3).held_by({1, 1, 2, 2});
  CHECK(view.given_back() == 1);
  View next(4);
  next.present(1).present(2).present(3).held_by({1, 0, 2, 2});
  CHECK(next.given_back() == 0);
  CHECK(next.taken().empty());  // that one is the third's
}

TEST_CASE("more instances than partitions: those without one stand by") {
  View view(2);
  view.present(1).present(2).present(3).held_by({2, 3});
  CHECK(view.taken().empty());
  CHECK(view.share.held().empty());
}

TEST_CASE("a presence that is gone for long is forgotten") {
  View view(1);
  view.present(2).silent_for(kForgottenAfter - 1ms).present(1);
  CHECK(view.share.moves().forget.empty());
  view.silent_for(1ms).present(1);
  REQUIRE(view.share.moves().forget.size() == 1);
  CHECK(view.share.moves().forget[0].name == name_of(2));
}

}  // namespace
}  // namespace ordo::runtime
