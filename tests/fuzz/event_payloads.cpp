// The Protobuf form of every event, command and question: bytes to structs and back.

#include <array>
#include <string>

#include "events/audit/describe.hpp"
#include "events/billing/describe.hpp"
#include "events/identity/events.hpp"
#include "events/identity/question_codec.hpp"
#include "events/notifications/describe.hpp"
#include "events/orders/describe.hpp"
#include "events/parking/describe.hpp"
#include "events/vocabulary/json_visit.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using ordo::fuzz::require;

template <class Value>
void check_refused(const Result<Value>& read) {
  require(read.error().kind == FailureKind::corrupt && !read.error().text.empty(), "what cannot be read is corrupt");
}

template <class Event>
void check_shown(const Event& event) {
  require(flatten_json(describe(event)).has_value(), "what happened is shown as JSON");
  require(!summary(event).empty(), "what happened is told in a line");
}

// `decode` and `encode` are found by the event's namespace.
template <class Decode>
void check_event(const log::Payload& payload, Decode decode_it) {
  const auto event = decode_it(payload);
  if (!event) return check_refused(event);
  const auto written = encode(*event);
  require(written.type == payload.type, "an event keeps its type");
  const auto again = decode_it(written);
  require(again && *again == *event, "an event that is written as it was read is read as the same");
  require(encode(*again) == written, "the same event gives the same bytes");
  if constexpr (requires { describe(*event); }) check_shown(*event);
}

template <class Decode>
void check_command(const log::Payload& payload, Decode decode_it) {
  const auto command = decode_it(payload);
  if (!command) return check_refused(command);
  if (!*command) return;
  const auto written = std::visit([](const auto& each) { return encode(each); }, **command);
  const auto again = decode_it(written);
  require(written.type == payload.type && again && *again == *command, "a command that is written as it was read is read as the same");
  check_shown(**command);
}

struct Kind {
  const char* type;
  void (*check)(const log::Payload&);
};

void order(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return orders::decode(one); });
}
void order_command(const log::Payload& payload) {
  check_command(payload, [](const log::Payload& one) { return orders::decode_command(one); });
}
void billing_event(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return billing::decode(one); });
}
void billing_command(const log::Payload& payload) {
  check_command(payload, [](const log::Payload& one) { return billing::decode_command(one); });
}
void letter(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return notifications::decode(one); });
}
void user(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return identity::decode(one); });
}
void parked(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return parking::decode(one); });
}
void release(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return parking::decode_request(one); });
}
void act(const log::Payload& payload) {
  check_event(payload, [](const log::Payload& one) { return audit::decode(one); });
}

// Questions have no type: the subject says which one it is. They are never stored, so only that a second reading agrees matters.
template <class Value, class Decode>
void check_question(std::string_view bytes, Decode decode_it) {
  const Value read = decode_it(bytes);
  if (read) require(decode_it(identity::encode(*read)).has_value(), "a question that is written as it was read can be read");
}

template <class Answer, class Decode>
void check_answer(std::string_view bytes, Decode decode_it) {
  const Answer answer = decode_it(bytes);
  const Answer again = decode_it(identity::encode(answer));
  bool same = again.has_value() == answer.has_value() && (answer || again.error() == answer.error());
  if constexpr (requires { *again == *answer; }) same = same && (!answer || *again == *answer);
  require(same, "an answer that is written as it was read is read as the same");
}

void questions(const log::Payload& payload) {
  using namespace identity;
  check_question<Result<NewUser>>(payload.bytes, decode_new_user);
  check_question<Result<Credentials>>(payload.bytes, decode_credentials);
  check_question<Result<ProfileChange>>(payload.bytes, decode_profile_change);
  check_question<Result<PasswordChange>>(payload.bytes, decode_password_change);
  (void)decode_forgotten_question(payload.bytes);
  (void)decode_refresh_token(payload.bytes);
  (void)decode_user_id(payload.bytes);
  (void)decode_username(payload.bytes);
}

void answers(const log::Payload& payload) {
  using namespace identity;
  check_answer<Answer<Profile>>(payload.bytes, decode_profile);
  check_answer<Answer<Tokens>>(payload.bytes, decode_tokens);
  check_answer<Answer<Forgotten>>(payload.bytes, decode_forgotten);
  check_answer<Answer<void>>(payload.bytes, decode_done);
}

// An input's first byte chooses: '0' is the first row, ':' the eleventh, as ASCII goes on. New rows go to the end.
constexpr std::array kKinds{
    Kind{"OrderCreateRequested.v1", order_command}, Kind{"OrderCancelRequested.v1", order_command},
    Kind{"OrderPending.v1", order},                 Kind{"OrderUpdateMessage.v1", order},
    Kind{"AccountRequested.v1", billing_command},   Kind{"TopUpRequested.v1", billing_command},
    Kind{"AccountOpened.v1", billing_event},        Kind{"AccountToppedUp.v1", billing_event},
    Kind{"TopUpRefused.v1", billing_event},         Kind{"PaymentProcessed.v1", billing_event},
    Kind{"PaymentRefunded.v1", billing_event},      Kind{"NotificationSent.v1", letter},
    Kind{"NotificationFailed.v1", letter},          Kind{"UserRegistered.v1", user},
    Kind{"InputParked.v1", parked},                 Kind{"ParkedReleased.v1", parked},
    Kind{"ReleaseRequested.v1", release},           Kind{"OperatorActed.v1", act},
    Kind{"", questions},                            Kind{"", answers},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = fuzz::text_of(data, size);
  const auto& kind = kKinds[fuzz::take_case(input, kKinds.size())];
  kind.check({kind.type, std::string(input)});
  return 0;
}
