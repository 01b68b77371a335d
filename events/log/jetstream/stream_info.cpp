#include "events/log/jetstream/stream_info.hpp"

#include <chrono>
#include <thread>

#include "events/log/jetstream/answers.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 10s;
constexpr auto kPause = 100ms;
constexpr int kTries = 50;

}  // namespace

Result<std::string> ask_patiently(Connection& connection, const std::string& subject, const std::string& payload) {
  auto answer = connection.request(subject, payload, kRequestTimeout);
  for (int tries = 1; !answer && answer.error().kind == FailureKind::unavailable && tries < kTries; ++tries) {
    std::this_thread::sleep_for(kPause);
    answer = connection.request(subject, payload, kRequestTimeout);
  }
  return answer;
}

Result<std::optional<FlatJson>> stream_info(Connection& connection, const std::string& stream) {
  const auto answer = ask_patiently(connection, "$JS.API.STREAM.INFO." + stream, "");
  if (!answer) return tl::unexpected(answer.error());
  auto info = flatten_json(*answer);
  const auto error = parse_api_error(*answer);
  if (!info || !error) return failure(FailureKind::corrupt, stream + ": the server's answer is no JSON");
  if (error->code == kStreamNotFound) return std::optional<FlatJson>();
  if (error->code != 0) return failure(FailureKind::unavailable, stream + ": " + error->text);
  return info;
}

}  // namespace ordo::log::jetstream
