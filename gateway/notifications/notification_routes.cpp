#include "gateway/notifications/notification_routes.hpp"

#include <utility>

#include <fmt/format.h>

#include "gateway/notifications/notification_json.hpp"
#include "gateway/reads/degraded.hpp"
#include "gateway/reads/ownership.hpp"
#include "gateway/reads/page.hpp"

namespace ordo::notifications {
namespace {

std::optional<NotificationKey> parse_key(std::string_view text) {
  const auto place = reads::parse_timed_place(text);
  return place ? std::optional(NotificationKey{place->time, NotificationId(place->id)}) : std::nullopt;
}

Result<http::Response, http::Problem> list(const http::Request& request, postgres::Pool& pool, const reads::CursorSeal& seal) {
  reads::QueryReader query(request);
  const auto asked = reads::read_page(query);
  const auto named = query.id<UserId>("user_id");
  if (auto checked = query.finish(); !checked) return tl::unexpected(std::move(checked.error()));
  const auto user = reads::owner_of_list(*request.principal, named);
  if (!user) return tl::unexpected(user.error());
  const auto name = fmt::format("notifications {}", user->text());
  const auto after = reads::open_place<NotificationKey>(seal, name, asked, parse_key);
  if (!after) return tl::unexpected(after.error());
  const auto found = list_notifications(pool, *user, asked.limit, *after, asked.offset);
  if (!found) return tl::unexpected(http::problem_of(found.error()));
  JsonText json;
  json.open_array();
  for (const auto& notification : found->notifications) write(json, notification);
  std::optional<std::string> next;
  if (found->next) {
    next = seal.seal(name, reads::text_of_place(found->next->created_at, found->next->notification_id.bytes()));
  }
  return reads::page_response(query, json.close_array().take(), next, found->degraded ? reads::kLetterWaits : "");
}

}  // namespace

void add_routes(http::Router& router, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal) {
  router.add({.method = http::Method::get,
              .pattern = "/api/notifications",
              .handler = gate.before([&pool, &seal](const http::Request& request, http::Responder responder) {
                auto page = list(request, pool, seal);
                page ? responder.answer(std::move(*page)) : responder.refuse(page.error());
              })});
}

}  // namespace ordo::notifications
