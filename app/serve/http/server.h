#pragma once

#include "app/serve/http/exchange.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace dragoman {

/// What a client may ask of the server before it is turned away.
struct HttpLimits {
  std::size_t connections = 1024;       ///< at once; the next one gets status 503
  std::size_t header_bytes = 16 << 10;  ///< a longer one gets status 431
  std::size_t body_bytes = 8 << 20;     ///< a longer one gets status 413
  /// Of the bodies of all requests that are read or answered, beyond the first 64 kB of each; more get status 503.
  std::size_t all_body_bytes = std::size_t{256} << 20;
  std::chrono::seconds idle{75};    ///< between two requests of a connection
  std::chrono::seconds header{15};  ///< from the first byte of a request to the end of its header; then status 408
  std::chrono::seconds body{60};    ///< the same
  std::chrono::seconds write{60};   ///< of a response, or of a piece of a stream
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;     ///< 0: one that is free
  int inherited_socket = -1;  ///< a listening socket to use instead; -1: none
  int threads = 2;            ///< that read, write and handle
  HttpLimits limits;
};

/// What is known of a request when its answer is out, or will not be.
struct HttpRecord {
  std::string id, peer, method, path;
  int status = 0;                           ///< 0: the client left before it had an answer
  std::size_t bytes_in = 0, bytes_out = 0;  ///< of bodies
  std::chrono::duration<double> time{};
  HttpFields notes;  ///< Exchange::note()
};

/// What a server calls, from any of its threads.
struct HttpCallbacks {
  HttpHandler handle;
  std::function<void(const HttpRecord& record)> done = {};  ///< hears of each request
  /// Headers that every answer has besides its own, those of requests too that are refused while they are read: of
  /// these there is as much as was read.
  std::function<HttpFields(const HttpRequest& request)> headers = {};
};

/// An HTTP/1.1 server: connections that stay, pipelining, no thread that waits for a slow client.
class HttpServer {
 public:
  /// Listens from now on. Throws std::runtime_error naming the address that cannot be had, or saying that the inherited
  /// socket is not such a one.
  HttpServer(const HttpServerOptions& options, HttpCallbacks callbacks);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;  ///< that are open

  /// No more connections are taken, and those that wait for a request are closed; requests that are there are answered.
  void drain();
  /// After drain(): whether all that was there has been answered within this time.
  bool wait_until_drained(std::chrono::duration<double> time);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dragoman
