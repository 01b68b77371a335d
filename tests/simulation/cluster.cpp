#include "tests/simulation/cluster.hpp"

#include <fmt/format.h>

namespace ordo::simulation {
namespace {

constexpr std::int64_t kAppendTimeoutMs = 5'000;
constexpr std::int64_t kRetryPauseMs = 50;

}  // namespace

bool Cluster::ByBirth::operator()(const Client* left, const Client* right) const { return left->number() < right->number(); }

Result<std::uint64_t> Cluster::store(const log::AppendRequest& request) {
  const auto last = log_.bounds(request.stream)->last_sequence;
  if (request.expected_last_sequence && *request.expected_last_sequence != last) {
    return failure(FailureKind::conflict, fmt::format("the last sequence is {}", last));
  }
  // The client's own rules about a pipeline that failed are `PendingAppends`': the server knows only its last sequence.
  std::optional<Result<std::uint64_t>> stored;
  log_.append({request.stream, request.subject, request.payload, std::nullopt}, [&](Result<std::uint64_t> outcome) { stored = outcome; });
  while (!stored) log_.deliver_one();
  watch_(*log_.get(request.stream, **stored));
  for (auto* client : clients_) client->wake_readers(request.stream);
  return *stored;
}

// Delivers a stream in order, each message in its own time.
class Client::StreamLink final : public log::Reader {
 public:
  StreamLink(Client& client, log::StreamName stream, std::uint64_t from, log::Deliver deliver)
      : client_(client), stream_(stream), next_(from), deliver_(std::move(deliver)) {
    client_.links_.push_back(this);
    wake(stream_);
  }
  ~StreamLink() override { std::erase(client_.links_, this); }

  void wake(log::StreamName stream) {
    if (stream != stream_ || under_way_ || next_ > client_.cluster_.bounds(stream_).last_sequence) return;
    under_way_ = true;
    client_.cluster_.timeline().after(client_.delay_ms(), [this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) deliver();
    });
  }

 private:
  void deliver() {
    under_way_ = false;
    const auto bounds = client_.cluster_.bounds(stream_);
    next_ = std::max(next_, bounds.first_sequence);
    if (!client_.cut_off && !client_.cluster_.down && next_ <= bounds.last_sequence) {
      deliver_(client_.cluster_.get(stream_, next_++));
      client_.heard_();
    }
    wake(stream_);
  }

  Client& client_;
  const log::StreamName stream_;
  std::uint64_t next_;
  log::Deliver deliver_;
  bool under_way_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Client::Client(Cluster& cluster, std::uint64_t number, std::function<void()> heard)
    : cluster_(cluster), number_(number), heard_(std::move(heard)) {
  cluster_.join(*this);
}

Client::~Client() { cluster_.leave(*this); }

log::jetstream::Instant Client::instant() const {
  return log::jetstream::Instant(std::chrono::milliseconds(cluster_.timeline().now_ms()));
}

std::int64_t Client::delay_ms() {
  auto& random = cluster_.random();
  if (cluster_.faulty && random.one_in(50)) {
    cluster_.count(Occurrence::delivery_late);
    return random.between(100, 3'000);
  }
  return random.between(0, 3);
}

void Client::append(log::AppendRequest request, log::AppendSettled settled) {
  Moves moves;
  const auto deadline = instant() + std::chrono::milliseconds(kAppendTimeoutMs);
  const auto message = std::make_shared<log::AppendRequest>(request);
  pending_.add(next_ticket_++, {request.stream, request.expected_last_sequence, std::move(settled), deadline, message}, moves);
  carry_out(std::move(moves));
}

void Client::carry_out(Moves moves) {
  for (auto& [ticket, message] : moves.send) send(ticket, message);
  if (!moves.settle.empty()) {
    cluster_.timeline().after(0, [this, moves = std::move(moves), alive = std::weak_ptr(alive_)] {
      if (alive.expired()) return;
      for (const auto& [settled, outcome] : moves.settle) settled(outcome);
      under_way_.unread += static_cast<int>(moves.settle.size());
      heard_();
    });
  }
  set_timer();
}

// A request lives on the wire by itself: its sender may die, and it may come long after its sender has given it up.
void Client::send(Ticket ticket, std::shared_ptr<void> message) {
  auto& random = cluster_.random();
  if (cut_off) return cluster_.count(Occurrence::line_cut);
  if (cluster_.faulty && random.one_in(80)) return cluster_.count(Occurrence::request_lost);
  const bool is_late = cluster_.faulty && random.one_in(100);
  if (is_late) cluster_.count(Occurrence::request_late);
  const auto delay = is_late ? random.between(1'000, 30'000) : delay_ms();
  const auto request = std::static_pointer_cast<log::AppendRequest>(message);
  ++under_way_.requests;
  cluster_.timeline().after(delay, [this, ticket, message, request, &cluster = cluster_, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) return arrive(ticket, message);
    if (cluster.down) return;
    cluster.count(Occurrence::request_of_the_dead);
    std::ignore = cluster.store(*request);
  });
}

void Client::arrive(Ticket ticket, const std::shared_ptr<void>& message) {
  auto& random = cluster_.random();
  --under_way_.requests;
  if (cluster_.down) {
    cluster_.count(Occurrence::log_down);
    pending_.retry(ticket, instant() + std::chrono::milliseconds(kRetryPauseMs));
    return set_timer();
  }
  const auto& request = *std::static_pointer_cast<log::AppendRequest>(message);
  // What a change of leaders was seen to do: acknowledged with sequence 0, and not stored.
  if (cluster_.faulty && random.one_in(150)) {
    cluster_.count(Occurrence::acknowledged_with_zero);
    return answer(ticket, failure(FailureKind::timeout, "acknowledged with sequence 0"), delay_ms());
  }
  auto outcome = cluster_.store(request);
  if (cut_off || (cluster_.faulty && random.one_in(80))) return cluster_.count(cut_off ? Occurrence::line_cut : Occurrence::answer_lost);
  // The same request once more, as a client that reconnects may send it.
  if (cluster_.faulty && random.one_in(150)) {
    cluster_.count(Occurrence::request_twice);
    std::ignore = cluster_.store(request);
  }
  answer(ticket, std::move(outcome), delay_ms());
}

void Client::answer(Ticket ticket, Result<std::uint64_t> outcome, std::int64_t delay_ms) {
  ++under_way_.answers;
  cluster_.timeline().after(delay_ms, [this, ticket, outcome = std::move(outcome), alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    --under_way_.answers;
    Moves moves;
    pending_.settle(ticket, outcome, moves);
    carry_out(std::move(moves));
  });
}

void Client::set_timer() {
  const auto due = pending_.next_due();
  if (!due) return;
  const auto now_ms = cluster_.timeline().now_ms();
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(*due - instant()).count();
  const auto at_ms = now_ms + std::max<std::int64_t>(delay, 0);
  if (timer_at_ms_ && *timer_at_ms_ <= at_ms) return;
  timer_at_ms_ = at_ms;
  cluster_.timeline().after(at_ms - now_ms, [this, at_ms, alive = std::weak_ptr(alive_)] {
    if (alive.expired() || timer_at_ms_ != at_ms) return;
    timer_at_ms_.reset();
    look_at_time();
  });
}

void Client::look_at_time() {
  Moves moves;
  pending_.send_due(instant(), moves);
  pending_.settle_late(instant(), moves);
  carry_out(std::move(moves));
}

std::unique_ptr<log::Reader> Client::read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) {
  if (stream == own_stream && from_sequence > 1) cluster_.count(Occurrence::begun_from_snapshot);
  return std::make_unique<StreamLink>(*this, stream, from_sequence, std::move(deliver));
}

std::unique_ptr<log::Reader> Client::listen(log::Deliver) { return nullptr; }

Result<log::StreamBounds> Client::bounds(log::StreamName stream) {
  if (cut_off || cluster_.down) return failure(FailureKind::unavailable, "the log does not answer");
  return cluster_.bounds(stream);
}

Result<log::StoredMessage> Client::get(log::StreamName stream, std::uint64_t sequence) {
  if (cut_off || cluster_.down) return failure(FailureKind::unavailable, "the log does not answer");
  return cluster_.get(stream, sequence);
}

void Client::wake_readers(log::StreamName stream) {
  for (auto* link : links_) link->wake(stream);
}

}  // namespace ordo::simulation
