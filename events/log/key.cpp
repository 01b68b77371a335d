#include "events/log/key.hpp"

namespace ordo::log {

std::string text(const Key& key) { return key.order ? "order " + key.order->text() : "user " + key.user.text(); }

}  // namespace ordo::log
