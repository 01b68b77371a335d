#include "events/identity/forgotten_watch.hpp"

namespace ordo::identity {

ForgottenWatch::ForgottenWatch(IdentityClient& identity, std::function<void(UserId)> gone, std::chrono::milliseconds every)
    : identity_(identity), gone_(std::move(gone)), every_(every), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ForgottenWatch::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  do {
    ask();
  } while (!ended_.wait_for(lock, stop, every_, [] { return false; }) && !stop.stop_requested());
}

void ForgottenWatch::ask() {
  // Where identity is away, the next look asks from the same place.
  const auto forgotten = identity_.forgotten_after(place_);
  if (!forgotten) return;
  for (const auto user : forgotten->users) gone_(user);
  place_ = forgotten->place;
}

}  // namespace ordo::identity
