#include "events/identity/question_codec.hpp"

#include <utility>

#include "events/identity/v1/identity.pb.h"

namespace ordo::identity {
namespace {

tl::unexpected<Failure> unreadable(std::string_view what) {
  return failure(FailureKind::corrupt, std::string(what) + " cannot be read");
}

template <class Message>
std::optional<Message> parse(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  return message;
}

std::vector<std::string> to_vector(const google::protobuf::RepeatedPtrField<std::string>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

std::string encode(const NewUser& question) {
  v1::RegisterRequest out;
  out.set_username(question.username);
  out.set_password(question.password);
  out.set_email(question.email);
  out.set_phone(question.phone);
  out.set_locale(question.locale);
  out.set_correlation_id(question.trace.correlation_id);
  out.set_traceparent(question.trace.traceparent);
  return out.SerializeAsString();
}

std::string encode(const Credentials& question) {
  v1::LoginRequest out;
  out.set_username(question.username);
  out.set_password(question.password);
  out.set_address(question.address);
  return out.SerializeAsString();
}

std::string encode(const ProfileChange& question) {
  v1::ProfileChange out;
  out.set_user_id(std::string(question.user_id.raw()));
  if (question.email) out.set_email(*question.email);
  if (question.phone) out.set_phone(*question.phone);
  if (question.locale) out.set_locale(*question.locale);
  if (question.channels) {
    auto* channels = out.mutable_channels();
    for (const auto& channel : *question.channels) channels->add_values(channel);
  }
  return out.SerializeAsString();
}

std::string encode(const PasswordChange& question) {
  v1::PasswordChange out;
  out.set_user_id(std::string(question.user_id.raw()));
  out.set_current_password(question.current_password);
  out.set_new_password(question.new_password);
  return out.SerializeAsString();
}

std::string encode_forgotten_question(std::int64_t after_place) {
  v1::ForgottenRequest out;
  out.set_after_place(after_place);
  return out.SerializeAsString();
}

// RefreshRequest and LogoutRequest are alike on the wire.
std::string encode_refresh_token(std::string_view token) {
  v1::RefreshRequest out;
  out.set_refresh_token(std::string(token));
  return out.SerializeAsString();
}

std::string encode_user_id(UserId user) {
  v1::ProfileRequest out;
  out.set_user_id(std::string(user.raw()));
  return out.SerializeAsString();
}

std::string encode_user_ids(std::span<const UserId> users) {
  v1::ProfilesRequest out;
  for (const auto user : users) out.add_user_ids(std::string(user.raw()));
  return out.SerializeAsString();
}

std::string encode_username(std::string_view username) {
  v1::ProfileByNameRequest out;
  out.set_username(std::string(username));
  return out.SerializeAsString();
}

Result<NewUser> decode_new_user(std::string_view bytes) {
  const auto in = parse<v1::RegisterRequest>(bytes);
  if (!in) return unreadable("a registration");
  return NewUser{.username = in->username(),
                 .password = in->password(),
                 .email = in->email(),
                 .phone = in->phone(),
                 .locale = in->locale(),
                 .trace = {in->correlation_id(), in->traceparent(), std::nullopt}};
}

Result<Credentials> decode_credentials(std::string_view bytes) {
  const auto in = parse<v1::LoginRequest>(bytes);
  if (!in) return unreadable("a login");
  return Credentials{in->username(), in->password(), in->address()};
}

Result<ProfileChange> decode_profile_change(std::string_view bytes) {
  const auto in = parse<v1::ProfileChange>(bytes);
  const auto user = in ? UserId::from_bytes(in->user_id()) : std::nullopt;
  if (!user) return unreadable("a change of a profile");
  ProfileChange change{.user_id = *user};
  if (in->has_email()) change.email = in->email();
  if (in->has_phone()) change.phone = in->phone();
  if (in->has_locale()) change.locale = in->locale();
  if (in->has_channels()) change.channels = to_vector(in->channels().values());
  return change;
}

Result<PasswordChange> decode_password_change(std::string_view bytes) {
  const auto in = parse<v1::PasswordChange>(bytes);
  const auto user = in ? UserId::from_bytes(in->user_id()) : std::nullopt;
  if (!user) return unreadable("a change of a password");
  return PasswordChange{*user, in->current_password(), in->new_password()};
}

Result<std::int64_t> decode_forgotten_question(std::string_view bytes) {
  const auto in = parse<v1::ForgottenRequest>(bytes);
  if (!in) return unreadable("a place among those who are gone");
  return in->after_place();
}

Result<std::string> decode_refresh_token(std::string_view bytes) {
  const auto in = parse<v1::RefreshRequest>(bytes);
  if (!in) return unreadable("a refresh token");
  return in->refresh_token();
}

Result<UserId> decode_user_id(std::string_view bytes) {
  const auto in = parse<v1::ProfileRequest>(bytes);
  const auto user = in ? UserId::from_bytes(in->user_id()) : std::nullopt;
  if (!user) return unreadable("a user's id");
  return *user;
}

Result<std::vector<UserId>> decode_user_ids(std::string_view bytes) {
  const auto in = parse<v1::ProfilesRequest>(bytes);
  if (!in) return unreadable("a list of users' ids");
  std::vector<UserId> users;
  for (const auto& raw : in->user_ids()) {
    const auto user = UserId::from_bytes(raw);
    if (!user) return unreadable("a user's id");
    users.push_back(*user);
  }
  return users;
}

Result<std::string> decode_username(std::string_view bytes) {
  const auto in = parse<v1::ProfileByNameRequest>(bytes);
  if (!in) return unreadable("a username");
  return in->username();
}

}  // namespace ordo::identity
