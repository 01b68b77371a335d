#include "gateway/event_streams/seats.hpp"

#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

namespace ordo::event_streams {
namespace {

constexpr int kRetryAfterSeconds = 5;

}  // namespace

struct Seats::Books {
  explicit Books(SeatLimits with) : limits(with) {}

  void give_back(UserId user) {
    const std::lock_guard lock(mutex);
    --taken;
    if (--taken_of[user] == 0) taken_of.erase(user);
  }

  const SeatLimits limits;
  std::mutex mutex;
  std::size_t taken = 0;
  std::unordered_map<UserId, std::size_t> taken_of;  // only of users who have any
};

Seats::Seats(SeatLimits limits) : books_(std::make_shared<Books>(limits)) {}

Result<Seats::Seat, http::Problem> Seats::take(UserId user) {
  const std::lock_guard lock(books_->mutex);
  const auto found = books_->taken_of.find(user);
  if (found != books_->taken_of.end() && found->second >= books_->limits.seats_per_user_max) {
    const auto detail = fmt::format("A user may have {} event streams open at a time.", books_->limits.seats_per_user_max);
    return tl::unexpected(http::try_again(http::ProblemCode::rate_limited, detail, kRetryAfterSeconds));
  }
  if (books_->taken >= books_->limits.seats_max) {
    return tl::unexpected(
        http::try_again(http::ProblemCode::overloaded, "Too many event streams are open; try again.", kRetryAfterSeconds));
  }
  ++books_->taken;
  ++books_->taken_of[user];
  return Seat(static_cast<const void*>(books_.get()), [books = books_, user](const void*) { books->give_back(user); });
}

std::size_t Seats::taken() const {
  const std::lock_guard lock(books_->mutex);
  return books_->taken;
}

}  // namespace ordo::event_streams
