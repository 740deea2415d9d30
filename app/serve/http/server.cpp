#include "app/serve/http/server.h"

#include "app/serve/http/session.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <csignal>
#include <fmt/format.h>
#include <mutex>
#include <pthread.h>
#include <random>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <vector>

namespace dragoman {
namespace net = boost::asio;
using net::ip::tcp;
using SystemError = boost::system::error_code;

namespace {

constexpr int kBacklog = 1024;
// Sessions that are only told that there are too many.
constexpr std::size_t kTurnedAway = 64;
constexpr std::chrono::milliseconds kNoDescriptorPause{100};

using Strand = net::strand<net::io_context::executor_type>;

tcp protocol_of_listener(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  int listens = 0;
  socklen_t size_of_answer = sizeof listens;
  const bool known = ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                     ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size_of_answer) == 0;
  if (known && listens && address.ss_family == AF_INET) return tcp::v4();
  if (known && listens && address.ss_family == AF_INET6) return tcp::v6();
  throw std::runtime_error(
      "what was handed over in LISTEN_FDS is no socket that listens to TCP; give it by ListenStream=ADDRESS:PORT");
}

tcp::acceptor listening(const Strand& strand, const HttpServerOptions& options) {
  tcp::acceptor acceptor(strand);
  if (options.inherited_socket >= 0) {
    acceptor.assign(protocol_of_listener(options.inherited_socket), options.inherited_socket);
    return acceptor;
  }
  try {
    tcp::resolver resolver(strand);
    const auto found = resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(kBacklog);
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(fmt::format("cannot listen on {} port {}: {}; choose another --host or --port",
                                         options.host, options.port, error.code().message()));
  }
  return acceptor;
}

// The requests of one run of the program are not those of another.
std::string new_id_prefix() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpServerOptions& options, HttpCallbacks callbacks)
      : host_(std::make_shared<SessionHost>(options.limits, std::move(callbacks), new_id_prefix())),
        context_(options.threads),
        strand_(net::make_strand(context_)),
        acceptor_(listening(strand_, options)),
        pause_(strand_) {
    accept();
    for (int i = 0; i < options.threads; ++i) {
      threads_.emplace_back([this] {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        context_.run();
      });
    }
  }

  ~Impl() {
    drain();
    for (const auto& session : sessions()) session->abandon();
    // They end when nothing is left to do.
    threads_.clear();
  }

  std::uint16_t port() const { return acceptor_port_; }
  const SessionHost& host() const { return *host_; }

  void drain() {
    host_->draining = true;
    net::post(strand_, [this] {
      SystemError ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    for (const auto& session : sessions()) session->close_if_idle();
  }

  bool wait_until_drained(std::chrono::duration<double> time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (host_->connections > 0) {
      if (std::chrono::steady_clock::now() >= end) return false;
      for (const auto& session : sessions()) session->close_if_idle();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

 private:
  void accept() {
    const auto accepted = [this](SystemError error, tcp::socket socket) {
      if (!acceptor_.is_open() || error == net::error::operation_aborted) return;
      if (error) {
        // No descriptor is left: those who wait are taken when there is one.
        pause_.expires_after(kNoDescriptorPause);
        pause_.async_wait([this](SystemError cancelled) {
          if (!cancelled) accept();
        });
        return;
      }
      take(std::move(socket));
      accept();
    };
    acceptor_.async_accept(net::make_strand(context_), net::bind_executor(strand_, accepted));
  }

  void take(tcp::socket socket) {
    const std::size_t open = host_->connections;
    if (open >= host_->limits.connections + kTurnedAway) return;
    const auto session = std::make_shared<Session>(std::move(socket), host_);
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(sessions_, [](const auto& one) { return one.expired(); });
      sessions_.push_back(session);
    }
    if (open >= host_->limits.connections) {
      session->turn_away();
    } else {
      session->start();
    }
  }

  std::vector<std::shared_ptr<Session>> sessions() {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Session>> open;
    for (const std::weak_ptr<Session>& one : sessions_) {
      if (auto session = one.lock()) open.push_back(std::move(session));
    }
    return open;
  }

  std::shared_ptr<SessionHost> host_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Session>> sessions_;
  net::io_context context_;
  Strand strand_;  // of the acceptor and the timer
  tcp::acceptor acceptor_;
  std::uint16_t acceptor_port_ = acceptor_.local_endpoint().port();
  net::steady_timer pause_;
  std::vector<std::jthread> threads_;
};

HttpServer::HttpServer(const HttpServerOptions& options, HttpCallbacks callbacks)
    : impl_(std::make_unique<Impl>(options, std::move(callbacks))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return impl_->port();
}

std::size_t HttpServer::connections() const {
  return impl_->host().connections;
}

void HttpServer::drain() {
  impl_->drain();
}

bool HttpServer::wait_until_drained(std::chrono::duration<double> time) {
  return impl_->wait_until_drained(time);
}

}  // namespace dragoman
