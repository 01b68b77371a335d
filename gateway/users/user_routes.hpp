#pragma once
// Purpose: the routes of users: register, log in, refresh, log out, profiles; and who a token belongs to.
// Threads: every route asks identity, on a pool of its own: slow hashing, or identity away, delays neither reads nor commands.
// Owns: all that they are given outlives the routes.

#include "events/identity/client.hpp"
#include "events/identity/token_check.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/worker_pool.hpp"

namespace ordo::identity {

void add_routes(http::Router& router, IdentityClient& identity, http::WorkerPool& workers);

[[nodiscard]] http::Authenticate authenticate_with(const TokenCheck& check);

}  // namespace ordo::identity
