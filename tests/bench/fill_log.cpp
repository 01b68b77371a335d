// Fills a fresh JetStream with orders that have gone the whole way, as the roles would have written them: for tests/bench/owners.
//   fill_log <nats url> <orders>

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include <fmt/format.h>

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"

namespace ordo::bench {
namespace {

constexpr log::Partition kPartitions = log::kPartitionsDefault;
constexpr int kUsers = 1'000;
constexpr std::uint32_t kOrdersPerRun = 100;
constexpr int kAppendsUnderWayMax = 64;
constexpr Timestamp kNow{1'800'000'000'000};
constexpr std::int64_t kPrice = 1'250;
const Currency kEuro = *Currency::parse("EUR");

[[noreturn]] void give_up(const std::string& reason) {
  std::cerr << "fill_log: " << reason << '\n';
  std::exit(1);
}

// Appends many at once, each stream in its order.
class Appender {
 public:
  explicit Appender(log::EventLog& log) : log_(log) {}

  // Answers the message's sequence.
  std::uint64_t append(log::StreamName stream, log::Topic topic, const log::Run& run) {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [this] { return under_way_ < kAppendsUnderWayMax; });
    ++under_way_;
    const auto sequence = ++last_[stream];
    lock.unlock();
    log_.append({stream, log::subject(topic, stream.partition), log::encode_run(run), sequence - 1},
                [this, sequence](const Result<std::uint64_t>& stored) {
                  if (!stored || *stored != sequence) give_up(stored ? "the log is not empty" : stored.error().text);
                  const std::lock_guard guard(mutex_);
                  --under_way_;
                  settled_.notify_one();
                });
    return sequence;
  }

  void await_all() {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [this] { return under_way_ == 0; });
  }

 private:
  log::EventLog& log_;
  std::mutex mutex_;
  std::condition_variable settled_;
  int under_way_ = 0;
  std::map<log::StreamName, std::uint64_t> last_;
};

log::Event event_of(log::Payload payload, log::Key key, std::optional<log::Cause> cause = {}) {
  return {EventId::random(), std::move(payload), cause, {EventId::random().text(), "", key.user, key}, kNow, {}};
}

log::Key key_of(const orders::Purchase& purchase) { return {purchase.user_id, purchase.order_id}; }

log::Position end_of(std::uint64_t sequence, const log::Run& run) {
  return {sequence, static_cast<std::uint32_t>(run.events.size() - 1)};
}

// One partition's part of the story.
class Story {
 public:
  Story(Appender& appender, log::Partition partition) : appender_(appender), partition_(partition) {
    log::Run registered;
    for (int number = 0; number < kUsers; ++number) {
      const auto user = UserId::derived("bench", {std::to_string(number)});
      if (log::partition_of(user, kPartitions) != partition) continue;
      users_.push_back(user);
      registered.events.push_back(event_of(identity::encode(identity::UserRegistered{user, kEuro}), {user, {}}));
    }
    const auto sequence = append(log::Topic::user_registered, registered);
    billed_[log::StreamKind::users] = end_of(sequence, registered);
    log::Run opened{billed_, {}, {}};
    for (std::uint32_t index = 0; index < users_.size(); ++index) {
      const log::Cause cause{log::StreamKind::users, {sequence, index}, registered.events[index].id};
      const billing::Event event = billing::AccountOpened{users_[index], kEuro};
      opened.events.push_back(event_of(billing::encode(event), {users_[index], {}}, cause));
    }
    append(log::Topic::billing_account, opened);
  }

  void order(std::uint32_t count) {
    log::Run asked;
    std::vector<orders::Purchase> purchases;
    for (std::uint32_t index = 0; index < count; ++index) {
      purchases.push_back(next_purchase());
      asked.events.push_back(event_of(orders::encode(orders::OrderCreateRequested{purchases.back()}), key_of(purchases.back())));
    }
    const auto commands = append(log::Topic::order_create, asked);
    const auto pending = follow(log::Topic::order_pending, ordered_, {log::StreamKind::commands, commands, asked}, purchases,
                                [](const auto& bought) { return orders::encode(orders::Event{orders::OrderPending{bought, kNow}}); });
    billed_[log::StreamKind::commands] = end_of(commands, asked);
    const auto paid = follow(log::Topic::billing_payment, billed_, pending, purchases, [](const auto& bought) {
      const auto operation = billing::payment_operation_of(bought.order_id);
      return billing::encode(billing::Event{billing::PaymentProcessed{bought.order_id, bought.user_id, operation, bought.total, 0}});
    });
    const auto updated = follow(log::Topic::order_update, ordered_, paid, purchases, [](const auto& bought) {
      orders::OrderUpdateMessage update{bought, kNow, orders::Status::paid, billing::payment_operation_of(bought.order_id)};
      update.version = 3;
      return orders::encode(orders::Event{update});
    });
    // Of the orders' last message billing has decided everything, too: it had nothing to say.
    billed_[log::StreamKind::orders] = end_of(updated.sequence, updated.run);
    follow(log::Topic::notification_sent, notified_, updated, purchases, [](const auto& bought) {
      notifications::NotificationSent sent;
      sent.notification_id = notifications::notification_of(bought.order_id, notifications::Kind::happiness);
      sent.order_id = bought.order_id;
      sent.user_id = bought.user_id;
      sent.template_version = sent.attempts = 1;
      return notifications::encode(notifications::Event{sent});
    });
  }

 private:
  struct Stored {
    log::StreamKind stream;
    std::uint64_t sequence = 0;
    log::Run run;
  };

  std::uint64_t append(log::Topic topic, const log::Run& run) {
    return appender_.append({log::stream_of(topic), partition_}, topic, run);
  }

  // What an owner makes of a message: one event for each in it.
  template <class Encode>
  Stored follow(log::Topic topic, log::Checkpoints& decided, const Stored& input, const std::vector<orders::Purchase>& purchases,
                Encode encode) {
    decided[input.stream] = end_of(input.sequence, input.run);
    log::Run run{decided, {}, {}};
    for (std::uint32_t index = 0; index < purchases.size(); ++index) {
      const log::Cause cause{input.stream, {input.sequence, index}, input.run.events[index].id};
      run.events.push_back(event_of(encode(purchases[index]), key_of(purchases[index]), cause));
    }
    const auto sequence = append(topic, run);
    return {log::stream_of(topic), sequence, std::move(run)};
  }

  orders::Purchase next_purchase() {
    const auto user = users_[next_user_++ % users_.size()];
    return {OrderId::random(), user,
            {{"tea-0123", "Green tea, 100 g", 2, kPrice}, {"cup-0042", "Cup, blue", 1, kPrice}}, {3 * kPrice, kEuro}, random_uuid()};
  }

  Appender& appender_;
  log::Partition partition_;
  std::vector<UserId> users_;
  std::size_t next_user_ = 0;
  log::Checkpoints ordered_;
  log::Checkpoints billed_;
  log::Checkpoints notified_;
};

void fill(const std::string& url, std::uint64_t orders) {
  const auto connection = log::jetstream::Connection::open(url, "fill-log");
  if (!connection) give_up(connection.error().text);
  if (const auto made = log::jetstream::set_up(**connection, kPartitions, 1); !made) give_up(made.error().text);
  const auto log = log::jetstream::JetStreamLog::open(*connection, {.append_timeout = std::chrono::seconds(60)});
  if (!log) give_up(log.error().text);
  Appender appender(**log);
  std::vector<Story> stories;
  for (log::Partition partition = 0; partition < kPartitions; ++partition) stories.emplace_back(appender, partition);
  for (std::uint64_t made = 0; made < orders; made += kOrdersPerRun) {
    const auto count = std::min<std::uint64_t>(kOrdersPerRun, orders - made);
    stories[made / kOrdersPerRun % kPartitions].order(static_cast<std::uint32_t>(count));
  }
  appender.await_all();
}

}  // namespace
}  // namespace ordo::bench

int main(int argc, char** argv) {
  if (argc != 3) ordo::bench::give_up("say the server's URL and the number of orders");
  ordo::bench::fill(argv[1], std::strtoull(argv[2], nullptr, 10));
  return 0;
}
