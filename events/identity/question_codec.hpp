#pragma once
// Purpose: the questions to identity and its answers as bytes. Both sides speak through this: the client encodes questions and decodes
//          answers, identity's service the other way round.
// Errors: a question that cannot be read is corrupt; an answer that cannot be read counts as `unavailable`.
// Threads: pure functions.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/identity/questions.hpp"

namespace ordo::identity {

[[nodiscard]] std::string encode(const NewUser& question);
[[nodiscard]] std::string encode(const Credentials& question);
[[nodiscard]] std::string encode(const ProfileChange& question);
[[nodiscard]] std::string encode(const PasswordChange& question);
[[nodiscard]] std::string encode_forgotten_question(std::int64_t after_place);
[[nodiscard]] std::string encode_refresh_token(std::string_view token);  // to refresh, and to log out
[[nodiscard]] std::string encode_user_id(UserId user);
[[nodiscard]] std::string encode_user_ids(std::span<const UserId> users);
[[nodiscard]] std::string encode_username(std::string_view username);

[[nodiscard]] Result<NewUser> decode_new_user(std::string_view bytes);
[[nodiscard]] Result<Credentials> decode_credentials(std::string_view bytes);
[[nodiscard]] Result<ProfileChange> decode_profile_change(std::string_view bytes);
[[nodiscard]] Result<PasswordChange> decode_password_change(std::string_view bytes);
[[nodiscard]] Result<std::int64_t> decode_forgotten_question(std::string_view bytes);
[[nodiscard]] Result<std::string> decode_refresh_token(std::string_view bytes);
[[nodiscard]] Result<UserId> decode_user_id(std::string_view bytes);
[[nodiscard]] Result<std::vector<UserId>> decode_user_ids(std::string_view bytes);
[[nodiscard]] Result<std::string> decode_username(std::string_view bytes);

[[nodiscard]] std::string encode(const Answer<Profile>& answer);
[[nodiscard]] std::string encode(const Answer<std::vector<Profile>>& answer);
[[nodiscard]] std::string encode(const Answer<Tokens>& answer);
[[nodiscard]] std::string encode(const Answer<Forgotten>& answer);
[[nodiscard]] std::string encode(const Answer<void>& answer);

[[nodiscard]] Answer<Profile> decode_profile(std::string_view bytes);
[[nodiscard]] Answer<std::vector<Profile>> decode_profiles(std::string_view bytes);
[[nodiscard]] Answer<Tokens> decode_tokens(std::string_view bytes);
[[nodiscard]] Answer<Forgotten> decode_forgotten(std::string_view bytes);
[[nodiscard]] Answer<void> decode_done(std::string_view bytes);

}  // namespace ordo::identity
