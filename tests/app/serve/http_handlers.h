#pragma once

#include "app/serve/http/server.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {

/// Hands requests to a test, which answers them when it likes.
class Mailbox {
 public:
  void put(ExchangePointer exchange) {
    const std::lock_guard lock(mutex_);
    exchanges_.push_back(std::move(exchange));
    changed_.notify_all();
  }
  ExchangePointer take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !exchanges_.empty(); })) return nullptr;
    ExchangePointer first = std::move(exchanges_.front());
    exchanges_.erase(exchanges_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ExchangePointer> exchanges_;
};

/// "METHOD PATH?QUERY BODY" of the request.
inline HttpResponse echo(const HttpRequest& request) {
  return {.content_type = "text/plain",
          .body = request.method + " " + request.path + "?" + request.query + " " + request.body};
}

inline void answer_with_echo(const ExchangePointer& exchange) {
  exchange->respond(echo(exchange->request()));
}

inline HttpServerOptions with_limits(const HttpLimits& limits) {
  HttpServerOptions options;
  options.limits = limits;
  return options;
}

/// True as soon as `condition` is, false after ten seconds.
template <typename Condition>
bool comes_true(const Condition& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace dragoman
