#pragma once
// Purpose: whether something answers at an address, and what it says first. Plain TCP only.
// Errors: unavailable: nobody is there, or the URL is none; timeout: somebody is, and says nothing.
// Threads: none of its own; it blocks, `limit` at most.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"

namespace ordo::cli {

// "nats://a:4222,nats://b:4222" → both
[[nodiscard]] std::vector<std::string> each_of(std::string_view urls);

// The first line that a server says by itself, without its end: NATS and SMTP greet. `port`: unless the URL names one.
[[nodiscard]] Result<std::string> greeting_of(const std::string& url, const std::string& port, std::chrono::milliseconds limit);

struct Page {
  int status = 0;
  std::string body;
};

// GET, of http:// only.
[[nodiscard]] Result<Page> page_at(const std::string& url, const std::string& path, std::chrono::milliseconds limit);

}  // namespace ordo::cli
