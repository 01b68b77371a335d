#include "gateway/admission/read_model_watch.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace ordo::admission {

ReadModelWatch::ReadModelWatch(Find find, Admission& admission, std::chrono::milliseconds every)
    : find_(std::move(find)), admission_(admission), every_(every), thread_([this](const std::stop_token& stop) { serve(stop); }) {}

void ReadModelWatch::serve(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stopped.wait_for(lock, stop, every_, [&stop] { return stop.stop_requested(); })) {
    if (!admission_.awaits_read_model()) continue;
    if (const auto shown = find_()) admission_.hear_shown(*shown, std::chrono::steady_clock::now());
  }
}

}  // namespace ordo::admission
