#include "events/identity/pacing.hpp"

#include <random>
#include <thread>

namespace ordo::identity {
namespace {

class RealPacing final : public Pacing {
 public:
  std::chrono::milliseconds now() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  }
  void sleep(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }
  double chance() override {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(random);
  }
};

}  // namespace

Pacing& real_pacing() {
  static RealPacing pacing;
  return pacing;
}

}  // namespace ordo::identity
