#include "command-side/notifications/letter_desk.hpp"

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"

namespace ordo::notifications {
namespace {

using namespace std::chrono_literals;

class StoppedClock final : public Clock {
 public:
  Timestamp now() override { return {1'800'000'000'000}; }
};

// A desk with one thread, whose carrier takes up to four letters and waits for leave before it goes.
class Office {
 public:
  Office()
      : desk(log, clock, 1, [this] { return std::make_unique<SlowCarrier>(*this); }) {}
  ~Office() { may_go = true; }

  void submit(std::shared_ptr<ReportBox> box, std::vector<std::uint64_t> tickets) {
    std::vector<DeliveryJob> jobs;
    for (const auto ticket : tickets) jobs.push_back({ticket, {}, 0, LetterContent{}, box});
    desk.submit(std::move(jobs));
  }

  // The limit is generous because it is only met by a defect.
  template <class Condition>
  static void await(Condition condition) {
    for (const auto deadline = std::chrono::steady_clock::now() + 20s; !condition(); std::this_thread::yield()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }

  std::vector<std::size_t> carried() {
    const std::scoped_lock lock(mutex);
    return batches;
  }

  class SlowCarrier final : public Carrier {
   public:
    explicit SlowCarrier(Office& office) : office_(office) {}
    std::size_t errands_at_once() const override { return 4; }
    std::vector<Outcome> deliver(std::span<const Errand> errands) override {
      {
        const std::scoped_lock lock(office_.mutex);
        office_.batches.push_back(errands.size());
      }
      while (!office_.may_go) std::this_thread::yield();
      return std::vector<Outcome>(errands.size(), Delivered{});
    }

   private:
    Office& office_;
  };

  log::InMemoryLog log;
  StoppedClock clock;
  runtime::Mailbox mailbox;
  std::mutex mutex;
  std::vector<std::size_t> batches;
  std::atomic<bool> may_go = false;
  LetterDesk desk;
};

std::vector<std::uint64_t> tickets_in(const std::vector<ReportBox::Report>& reports) {
  std::vector<std::uint64_t> tickets;
  for (const auto& report : reports) tickets.push_back(report.ticket);
  return tickets;
}

}  // namespace

TEST_CASE("a lonely letter goes at once, and what has gathered meanwhile goes together") {
  Office office;
  const auto box = std::make_shared<ReportBox>(office.mailbox);
  office.submit(box, {1});
  Office::await([&] { return office.carried() == std::vector<std::size_t>{1}; });
  office.submit(box, {2, 3, 4});
  office.submit(box, {5, 6, 7});
  office.may_go = true;
  Office::await([&] { return office.carried() == std::vector<std::size_t>{1, 4, 2}; });
  std::vector<std::uint64_t> reported;
  Office::await([&] {
    for (const auto ticket : tickets_in(box->take())) reported.push_back(ticket);
    return reported.size() == 7;
  });
  CHECK(reported == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(box->begun() == 0);
}

TEST_CASE("letters of several partitions go together, and each partition hears of its own, once for all of them") {
  Office office;
  const auto one = std::make_shared<ReportBox>(office.mailbox);
  const auto two = std::make_shared<ReportBox>(office.mailbox);
  std::vector<DeliveryJob> jobs;
  for (const std::uint64_t ticket : {1, 2, 3, 4}) jobs.push_back({ticket, {}, 0, LetterContent{}, ticket % 2 == 1 ? one : two});
  office.may_go = true;
  office.desk.submit(std::move(jobs));
  std::size_t notes = 0;
  Office::await([&] { return (notes += office.mailbox.take_notices().size()) == 2; });
  CHECK(tickets_in(one->take()) == std::vector<std::uint64_t>{1, 3});
  CHECK(tickets_in(two->take()) == std::vector<std::uint64_t>{2, 4});
  CHECK(office.carried() == std::vector<std::size_t>{4});
}

TEST_CASE("what nobody would record is not carried") {
  Office office;
  const auto box = std::make_shared<ReportBox>(office.mailbox);
  const auto other = std::make_shared<ReportBox>(office.mailbox);
  office.may_go = true;
  box->begin_no_more();
  office.submit(box, {1, 2});
  office.submit(other, {3});
  Office::await([&] { return office.carried() == std::vector<std::size_t>{1}; });
  CHECK(box->begun() == 0);
  CHECK(other->begun() == 1);
}

}  // namespace ordo::notifications
