#include "events/log/jetstream/request_reply.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "events/log/jetstream/async_subscription.hpp"
#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {
namespace {

// The workers' queue. What it takes is answered, also after the stop.
class Workers {
 public:
  Workers(std::shared_ptr<Connection> connection, const ServiceOptions& options, Handler handler)
      : connection_(std::move(connection)), queue_size_max_(options.queue_size_max), handler_(std::move(handler)) {
    for (std::size_t count = 0; count < options.worker_threads; ++count) {
      threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
  }

  void take(MessageHandle request) {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() < queue_size_max_) queue_.push_back(std::move(request));
    }
    if (request) {
      refuse(request.get());
    } else {
      changed_.notify_one();
    }
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      const auto request = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      const auto reply = handler_(std::string(data_of(request.get())));
      publish(natsMsg_GetReply(request.get()), reply);
      lock.lock();
    }
  }

  void publish(const char* subject, const std::string& payload) {
    if (subject == nullptr) return;
    const auto status = natsConnection_Publish(connection_->parts().handle.get(), subject, payload.data(),
                                               static_cast<int>(payload.size()));
    if (status != NATS_OK) spdlog::warn("a reply could not be sent: {}", natsStatus_GetText(status));
  }

  // Says what the server says when nobody serves, so that the one who asks need not wait for its time to run out.
  void refuse(natsMsg* request) {
    natsMsg* made = nullptr;
    if (natsMsg_GetReply(request) == nullptr) return;
    if (natsMsg_Create(&made, natsMsg_GetReply(request), nullptr, nullptr, 0) != NATS_OK) return;
    const MessageHandle reply(made);
    natsMsgHeader_Set(made, "Status", "503");
    natsConnection_PublishMsg(connection_->parts().handle.get(), made);
  }

  const std::shared_ptr<Connection> connection_;
  const std::size_t queue_size_max_;
  const Handler handler_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<MessageHandle> queue_;
  std::vector<std::jthread> threads_;
};

class NatsService final : public Service {
 public:
  NatsService(std::shared_ptr<Connection> connection, const ServiceOptions& options, Handler handler)
      : workers_(std::move(connection), options, std::move(handler)) {}

  Result<void> open(Connection& connection, const ServiceOptions& options) {
    auto subscription = AsyncSubscription::open(connection, options.subject, options.queue_group,
                                                [this](MessageHandle request) { workers_.take(std::move(request)); });
    if (!subscription) return tl::unexpected(subscription.error());
    subscription_ = std::move(*subscription);
    natsConnection_FlushTimeout(connection.parts().handle.get(), 2000);  // who asks after this is heard
    return {};
  }

 private:
  Workers workers_;
  std::unique_ptr<AsyncSubscription> subscription_;  // ends before the workers
};

// The replies to one request, as they come.
class Replies {
 public:
  void take(const MessageHandle& reply) {
    const std::lock_guard lock(mutex_);
    if (header_of(reply.get(), "Status") == "503") {
      nobody_ = true;
    } else {
      replies_.emplace_back(data_of(reply.get()));
    }
    changed_.notify_all();
  }

  std::vector<std::string> wait(std::chrono::milliseconds window) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, window, [this] { return nobody_; });
    return std::move(replies_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> replies_;
  bool nobody_ = false;
};

}  // namespace

NatsRequestReply::NatsRequestReply(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

Result<std::string> NatsRequestReply::request(const std::string& subject, std::string payload,
                                              std::chrono::milliseconds timeout) {
  return connection_->request(subject, payload, timeout);
}

Result<std::vector<std::string>> NatsRequestReply::request_all(const std::string& subject, std::string payload,
                                                               std::chrono::milliseconds window) {
  Replies replies;
  const auto inbox = connection_->parts().new_inbox();
  const auto subscription =
      AsyncSubscription::open(*connection_, inbox, "", [&replies](const MessageHandle& reply) { replies.take(reply); });
  if (!subscription) return tl::unexpected(subscription.error());
  const auto status = natsConnection_PublishRequest(connection_->parts().handle.get(), subject.c_str(), inbox.c_str(), payload.data(),
                                                    static_cast<int>(payload.size()));
  if (status != NATS_OK) return failure(FailureKind::unavailable, subject + ": " + natsStatus_GetText(status));
  return replies.wait(window);
}

Result<std::unique_ptr<Service>> NatsRequestReply::serve(ServiceOptions options, Handler handler) {
  auto service = std::make_unique<NatsService>(connection_, options, std::move(handler));
  if (auto opened = service->open(*connection_, options); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Service>(std::move(service));
}

}  // namespace ordo::log::jetstream
