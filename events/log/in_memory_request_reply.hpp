#pragma once
// Purpose: request and reply within one process, for tests. A handler runs on the thread of the one who asks, so there are no
//          workers, no queue and no time-outs.

#include <memory>

#include "events/log/request_reply.hpp"

namespace ordo::log {

class InMemoryRequestReply final : public RequestReply {
 public:
  InMemoryRequestReply();
  ~InMemoryRequestReply() override;

  [[nodiscard]] Result<std::string> request(const std::string& subject, std::string payload,
                                            std::chrono::milliseconds timeout) override;
  [[nodiscard]] Result<std::vector<std::string>> request_all(const std::string& subject, std::string payload,
                                                             std::chrono::milliseconds window) override;
  [[nodiscard]] Result<std::unique_ptr<Service>> serve(ServiceOptions options, Handler handler) override;

 private:
  struct Directory;
  std::shared_ptr<Directory> directory_;
};

}  // namespace ordo::log
