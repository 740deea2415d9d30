#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/serve/access_log.h"
#include "app/serve/endpoints.h"
#include "app/serve/file_translation.h"
#include "app/serve/http/server.h"
#include "app/serve/page.h"
#include "app/serve/serving.h"
#include "base/memory.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <pthread.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

// Of files that were translated and not fetched yet.
constexpr std::size_t kMostFileBytes = 256 << 20;
constexpr std::chrono::minutes kFileTime{30};
constexpr int kReleaseSeconds = 10;
constexpr std::chrono::seconds kLastAnswers{1};

Router all_endpoints() {
  Router router = api_endpoints();
  add_page(router);
  return router;
}

// Signals that are waited for rather than handled, in all threads that are started from now on.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// 0: none came within this time.
int wait_for_signal(const sigset_t& signals, std::chrono::milliseconds time) {
  const timespec limit{time.count() / 1000, time.count() % 1000 * 1'000'000};
  return std::max(::sigtimedwait(&signals, nullptr, &limit), 0);
}

// sd_listen_fds(3): the first of the sockets that systemd hands over.
int inherited_socket() {
  constexpr int kFirst = 3;
  const char *const pid = std::getenv("LISTEN_PID"), *const count = std::getenv("LISTEN_FDS");
  if (!pid || !count || std::to_string(::getpid()) != pid || std::string(count) == "0") return -1;
  return kFirst;
}

// Who knows the whole path of a file can fetch it.
HttpRecord without_secrets(const std::string& endpoint, HttpRecord record) {
  if (endpoint == kDownloads) record.path = endpoint;
  return record;
}

/// The server, and what it answers with now.
class Running {
 public:
  Running(const std::vector<std::string>& arguments, std::shared_ptr<Serving> serving, Lasting lasting, Log& log)
      : arguments_(arguments),
        log_(log),
        lasting_(std::move(lasting)),
        access_log_(serving->options.access_log),
        current_(std::move(serving)),
        server_(server_options(), callbacks()) {
    const std::string& host = current_->options.host;
    log_.line(fmt::format("dragoman: listening on http://{}:{}",
                          host.find(':') != std::string::npos ? "[" + host + "]" : host, server_.port()));
  }

  /// Answers until a signal asks for the end, and what has come until then.
  int run(const sigset_t& signals) {
    int signal = 0;
    for (int seconds = 1; signal != SIGTERM && signal != SIGINT; ++seconds) {
      signal = wait_for_signal(signals, std::chrono::seconds(1));
      if (signal == SIGHUP) reload();
      drop_unused();
      // What many threads free by and by otherwise stays with the process.
      if (seconds % kReleaseSeconds == 0) release_free_memory();
    }
    server_.drain();
    const auto end = Clock::now() + std::chrono::seconds(current_->options.drain_seconds);
    while (!server_.wait_until_drained(std::chrono::milliseconds(20)) && Clock::now() < end) {
      if (const int second = wait_for_signal(signals, std::chrono::milliseconds(20)); second != 0 && second != SIGHUP)
        std::_Exit(128 + second);
    }
    // What is given up now is answered, too.
    for (const ServingPointer& serving : former_) serving->service->stop();
    current()->service->stop();
    server_.wait_until_drained(kLastAnswers);
    return 0;
  }

 private:
  HttpServerOptions server_options() const {
    HttpServerOptions options = http_options(current_->options);
    options.inherited_socket = inherited_socket();
    return options;
  }

  HttpCallbacks callbacks() {
    return {.handle = [this](const ExchangePointer& exchange) { router_.handle(current(), exchange); },
            .done =
                [this](const HttpRecord& record) {
                  const std::string endpoint = router_.endpoint_of(record.path);
                  lasting_.statistics->add(endpoint, record);
                  access_log_.write(without_secrets(endpoint, record));
                },
            .headers = [this](const HttpRequest& request) { return answer_headers(current()->options, request); }};
  }

  ServingPointer current() {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  // Requests that are being answered are by what there was when they came.
  void reload() {
    try {
      access_log_.reopen();
      auto next = std::make_shared<Serving>(arguments_, log_.notice("dragoman: "), lasting_);
      const std::lock_guard lock(mutex_);
      former_.push_back(std::exchange(current_, std::move(next)));
      log_.line("dragoman: read models and configuration again");
    } catch (const std::exception& error) {
      log_.line(fmt::format("dragoman: nothing has changed, since what was read again is wrong: {}", error.what()));
    }
  }

  // Not by a thread of its own that has answered the last request.
  void drop_unused() {
    std::erase_if(former_, [](const ServingPointer& serving) { return serving.use_count() == 1; });
  }

  const std::vector<std::string>& arguments_;
  Log& log_;
  Lasting lasting_;
  AccessLog access_log_;
  const Router router_ = all_endpoints();
  std::mutex mutex_;
  ServingPointer current_;
  std::vector<ServingPointer> former_;
  HttpServer server_;  // goes before what it answers with
};

}  // namespace

int serve_command(const std::vector<std::string>& arguments) {
  const sigset_t signals = block_signals();
  Log log(false);
  const Lasting lasting{std::make_shared<Statistics>(), std::make_shared<FileStore>(kMostFileBytes, kFileTime),
                        std::make_shared<RateLimit>()};
  auto serving = std::make_shared<Serving>(arguments, log.notice("dragoman: "), lasting);
  if (serving->text) {
    print(*serving->text);
    return 0;
  }
  return Running(arguments, std::move(serving), lasting, log).run(signals);
}

}  // namespace dragoman
