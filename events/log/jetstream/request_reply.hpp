#pragma once
// Purpose: request and reply over NATS, beside the log on the same connection.
// Threads: as the port says.

#include <memory>

#include "events/log/jetstream/connection.hpp"
#include "events/log/request_reply.hpp"

namespace ordo::log::jetstream {

class NatsRequestReply final : public RequestReply {
 public:
  explicit NatsRequestReply(std::shared_ptr<Connection> connection);

  [[nodiscard]] Result<std::string> request(const std::string& subject, std::string payload,
                                            std::chrono::milliseconds timeout) override;
  [[nodiscard]] Result<std::vector<std::string>> request_all(const std::string& subject, std::string payload,
                                                             std::chrono::milliseconds window) override;
  [[nodiscard]] Result<std::unique_ptr<Service>> serve(ServiceOptions options, Handler handler) override;

 private:
  const std::shared_ptr<Connection> connection_;
};

}  // namespace ordo::log::jetstream
