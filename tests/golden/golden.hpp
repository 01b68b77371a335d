#pragma once
// Purpose: files that hold what earlier versions wrote: a program that reads them reads the logs that are out there. They are
//          only ever added to: run a test with ORDO_ADD_GOLDEN=1 and it writes those that are missing, never one that exists.
//          The .txt beside a payload is for people: what `protoc --decode` prints of it.
// Errors: a file that is missing fails the test.
// Threads: one.

#include <string>
#include <string_view>

#include "events/log/event.hpp"

namespace ordo::golden {

extern const char* const kFolder;

// The content of tests/golden/<path>. `written_today` is what the file is made of when it is to be added.
[[nodiscard]] std::string file(std::string_view path, std::string_view written_today);

// A payload in tests/golden/<context>/<type><variant>.bin, for example billing/PaymentProcessed.v1.paid.bin.
[[nodiscard]] log::Payload payload(std::string_view context, const log::Payload& written_today,
                                   std::string_view variant = "");

}  // namespace ordo::golden
