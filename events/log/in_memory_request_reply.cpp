#include "events/log/in_memory_request_reply.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace ordo::log {

struct InMemoryRequestReply::Directory {
  std::shared_mutex mutex;  // shared while a handler runs, so that a service cannot leave under it
  std::multimap<std::string, std::pair<const Service*, Handler>> handlers;
};

namespace {

class InMemoryService final : public Service {
 public:
  explicit InMemoryService(std::function<void(const Service*)> leave) : leave_(std::move(leave)) {}
  ~InMemoryService() override { leave_(this); }

 private:
  std::function<void(const Service*)> leave_;
};

}  // namespace

InMemoryRequestReply::InMemoryRequestReply() : directory_(std::make_shared<Directory>()) {}
InMemoryRequestReply::~InMemoryRequestReply() = default;

Result<std::string> InMemoryRequestReply::request(const std::string& subject, std::string payload,
                                                  std::chrono::milliseconds) {
  const std::shared_lock lock(directory_->mutex);
  const auto found = directory_->handlers.find(subject);
  if (found == directory_->handlers.end()) {
    return failure(FailureKind::unavailable, "nobody serves " + subject);
  }
  return found->second.second(std::move(payload));
}

// Queue groups are not told apart: everybody replies.
Result<std::vector<std::string>> InMemoryRequestReply::request_all(const std::string& subject, std::string payload,
                                                                   std::chrono::milliseconds) {
  const std::shared_lock lock(directory_->mutex);
  std::vector<std::string> replies;
  const auto [first, last] = directory_->handlers.equal_range(subject);
  for (auto handler = first; handler != last; ++handler) replies.push_back(handler->second.second(payload));
  return replies;
}

Result<std::unique_ptr<Service>> InMemoryRequestReply::serve(ServiceOptions options, Handler handler) {
  auto service = std::make_unique<InMemoryService>([directory = directory_](const Service* leaving) {
    const std::unique_lock lock(directory->mutex);
    std::erase_if(directory->handlers, [leaving](const auto& entry) { return entry.second.first == leaving; });
  });
  const std::unique_lock lock(directory_->mutex);
  directory_->handlers.emplace(std::move(options.subject), std::pair(service.get(), std::move(handler)));
  return service;
}

}  // namespace ordo::log
