#include "events/identity/events.hpp"

#include "events/codec/field_reader.hpp"
#include "events/identity/v1/identity.pb.h"

namespace ordo::identity {
namespace {

constexpr std::string_view kUserRegistered = "UserRegistered.v1";

}  // namespace

log::Payload encode(const UserRegistered& event) {
  v1::UserRegistered out;
  out.set_user_id(std::string(event.user_id.raw()));
  out.set_currency(std::string(event.currency.code()));
  return log::to_payload(std::string(kUserRegistered), out);
}

Result<UserRegistered> decode(const log::Payload& payload) {
  if (payload.type != kUserRegistered) return log::unknown_type(payload);
  const auto in = log::from_payload<v1::UserRegistered>(payload);
  if (!in) return tl::unexpected(in.error());
  codec::FieldReader fields(payload);
  return fields.finish(UserRegistered{fields.id<UserId>(in->user_id(), "user_id"), fields.currency(in->currency())});
}

}  // namespace ordo::identity
