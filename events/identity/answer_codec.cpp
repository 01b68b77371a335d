#include "events/identity/question_codec.hpp"

#include <array>
#include <utility>

#include "events/identity/v1/identity.pb.h"

namespace ordo::identity {
namespace {

constexpr std::array kReasons{
    std::pair{RefusalReason::username_taken, v1::STATUS_USERNAME_TAKEN},
    std::pair{RefusalReason::invalid_credentials, v1::STATUS_INVALID_CREDENTIALS},
    std::pair{RefusalReason::not_found, v1::STATUS_NOT_FOUND},
    std::pair{RefusalReason::invalid, v1::STATUS_INVALID},
    std::pair{RefusalReason::busy, v1::STATUS_BUSY},
    std::pair{RefusalReason::unavailable, v1::STATUS_UNAVAILABLE},
    std::pair{RefusalReason::too_many_guesses, v1::STATUS_TOO_MANY_GUESSES},
    std::pair{RefusalReason::timeout, v1::STATUS_TIMEOUT},
};

v1::Status status_of(RefusalReason reason) {
  for (const auto& [known, status] : kReasons) {
    if (known == reason) return status;
  }
  return v1::STATUS_UNAVAILABLE;
}

RefusalReason reason_of(v1::Status status) {
  for (const auto& [reason, known] : kReasons) {
    if (known == status) return reason;
  }
  return RefusalReason::unavailable;
}

std::vector<std::string> to_vector(const google::protobuf::RepeatedPtrField<std::string>& values) {
  return {values.begin(), values.end()};
}

void write(const Profile& profile, v1::Profile& out) {
  out.set_user_id(std::string(profile.user_id.raw()));
  out.set_username(profile.username);
  out.set_email(profile.email);
  out.set_phone(profile.phone);
  out.set_locale(profile.locale);
  for (const auto& channel : profile.channels) out.add_channels(channel);
  for (const auto& role : profile.roles) out.add_roles(role);
  out.set_created_at_unix_ms(profile.created_at.unix_ms);
  out.set_updated_at_unix_ms(profile.updated_at.unix_ms);
  out.set_version(profile.version);
}

Profile read(const v1::Profile& in, UserId user) {
  return {.user_id = user,
          .username = in.username(),
          .email = in.email(),
          .phone = in.phone(),
          .locale = in.locale(),
          .channels = to_vector(in.channels()),
          .roles = to_vector(in.roles()),
          .created_at = {in.created_at_unix_ms()},
          .updated_at = {in.updated_at_unix_ms()},
          .version = in.version()};
}

template <class Value, class Write>
std::string encode_answer(const Answer<Value>& answer, Write write_value) {
  v1::Reply out;
  if (answer) {
    out.set_status(v1::STATUS_OK);
    write_value(out);
    return out.SerializeAsString();
  }
  out.set_status(status_of(answer.error().reason));
  out.set_detail(answer.error().detail);
  out.set_retry_after_seconds(answer.error().retry_after.count());
  for (const auto& problem : answer.error().problems) {
    auto* to = out.add_problems();
    to->set_field(problem.field);
    to->set_detail(problem.detail);
  }
  return out.SerializeAsString();
}

tl::unexpected<Refusal> unreadable_answer() { return refuse(RefusalReason::unavailable, "identity's answer cannot be read"); }

Answer<v1::Reply> decode_answer(std::string_view bytes) {
  v1::Reply reply;
  const bool readable = reply.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (!readable || reply.status() == v1::STATUS_UNSPECIFIED) return unreadable_answer();
  if (reply.status() == v1::STATUS_OK) return reply;
  Refusal refusal{reason_of(reply.status()), reply.detail(), {}, std::chrono::seconds(reply.retry_after_seconds())};
  for (const auto& problem : reply.problems()) refusal.problems.push_back({problem.field(), problem.detail()});
  return tl::unexpected(std::move(refusal));
}

}  // namespace

std::string encode(const Answer<Profile>& answer) {
  return encode_answer(answer, [&](v1::Reply& out) { write(*answer, *out.mutable_profile()); });
}

std::string encode(const Answer<std::vector<Profile>>& answer) {
  return encode_answer(answer, [&](v1::Reply& out) {
    for (const auto& profile : *answer) write(profile, *out.add_profiles());
  });
}

std::string encode(const Answer<Tokens>& answer) {
  return encode_answer(answer, [&](v1::Reply& out) {
    out.set_access_token(answer->access_token);
    out.set_expires_in_seconds(answer->expires_in.count());
    out.set_refresh_token(answer->refresh_token);
  });
}

std::string encode(const Answer<Forgotten>& answer) {
  return encode_answer(answer, [&](v1::Reply& out) {
    for (const auto user : answer->users) out.add_forgotten(std::string(user.raw()));
    out.set_forgotten_place(answer->place);
  });
}

std::string encode(const Answer<void>& answer) {
  return encode_answer(answer, [](v1::Reply&) {});
}

Answer<Profile> decode_profile(std::string_view bytes) {
  const auto reply = decode_answer(bytes);
  if (!reply) return tl::unexpected(reply.error());
  const auto user = UserId::from_bytes(reply->profile().user_id());
  if (!user) return unreadable_answer();
  return read(reply->profile(), *user);
}

Answer<std::vector<Profile>> decode_profiles(std::string_view bytes) {
  const auto reply = decode_answer(bytes);
  if (!reply) return tl::unexpected(reply.error());
  std::vector<Profile> profiles;
  for (const auto& profile : reply->profiles()) {
    const auto user = UserId::from_bytes(profile.user_id());
    if (!user) return unreadable_answer();
    profiles.push_back(read(profile, *user));
  }
  return profiles;
}

Answer<Tokens> decode_tokens(std::string_view bytes) {
  const auto reply = decode_answer(bytes);
  if (!reply) return tl::unexpected(reply.error());
  if (reply->access_token().empty()) return unreadable_answer();
  return Tokens{reply->access_token(), std::chrono::seconds(reply->expires_in_seconds()), reply->refresh_token()};
}

Answer<Forgotten> decode_forgotten(std::string_view bytes) {
  const auto reply = decode_answer(bytes);
  if (!reply) return tl::unexpected(reply.error());
  Forgotten forgotten{{}, reply->forgotten_place()};
  for (const auto& bytes_of_user : reply->forgotten()) {
    const auto user = UserId::from_bytes(bytes_of_user);
    if (!user) return unreadable_answer();
    forgotten.users.push_back(*user);
  }
  return forgotten;
}

Answer<void> decode_done(std::string_view bytes) {
  return decode_answer(bytes).map([](const v1::Reply&) {});
}

}  // namespace ordo::identity
