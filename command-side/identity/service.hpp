#pragma once
// Purpose: answers identity's questions (events/identity/questions.hpp) over request/reply, as long as it lives.
// Errors: unavailable, when a subject cannot be served.
// Threads: handlers run on the services' own; what they are given outlives the result.

#include <memory>
#include <vector>

#include "command-side/identity/forgetting.hpp"
#include "command-side/identity/registration.hpp"
#include "command-side/identity/sessions.hpp"
#include "events/log/request_reply.hpp"

namespace ordo::identity {

using Services = std::vector<std::unique_ptr<log::Service>>;

[[nodiscard]] Result<Services> serve_identity(log::RequestReply& port, Registration& registration, Sessions& sessions,
                                              Profiles& profiles, Forgetting& forgetting);

}  // namespace ordo::identity
