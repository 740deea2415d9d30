#pragma once

#include "app/serve/http/answer_writer.h"
#include "app/serve/http/byte_budget.h"
#include "app/serve/http/request_body.h"
#include "app/serve/http/server.h"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace dragoman {

/// What the connections of a server have in common.
struct SessionHost {
  /// prefix: of the requests' names.
  SessionHost(const HttpLimits& given_limits, HttpCallbacks whom_to_call, std::string prefix)
      : limits(given_limits), callbacks(std::move(whom_to_call)), id_prefix(std::move(prefix)) {}

  HttpLimits limits;
  HttpCallbacks callbacks;
  std::string id_prefix;
  ByteBudget bodies{limits.all_body_bytes};
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> draining = false;
};

class SessionExchange;

/// One connection: reads a request, has it handled, writes the answer, and so on. All of it runs on the connection's
/// strand, but for what SessionExchange hands over from other threads.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::ip::tcp::socket socket, std::shared_ptr<SessionHost> host);
  ~Session();

  void start();
  /// Of one connection too many: says so when it has asked, and closes.
  void turn_away();
  /// Closes the connection if it waits for a request, or only for the client to close. From any thread.
  void close_if_idle();
  /// Closes it as it is. From any thread.
  void abandon();

 private:
  friend class SessionExchange;
  using Error = boost::beast::error_code;
  enum class State { idle, reading, handling, lingering, closed };

  std::shared_ptr<Session> self() { return shared_from_this(); }
  void wait_for_request();
  void read_header();
  void must_be_read_within(std::chrono::seconds time);
  void has_been_read();
  void read_body();
  void could_not_read(Error error);
  void refuse(int status, const std::string& message);
  void handle();
  HttpRequest request_so_far() const;
  void begin_answer(AnswerFrame frame, HttpRequest& request);
  void watch_client();
  void look_after_client(const std::string& id);
  void announce_end();
  void tell_gone();
  void answered(Error error);
  void linger();
  void close();

  std::shared_ptr<SessionHost> host_;
  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer look_again_, reading_ends_;
  AnswerWriter writer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<RequestBody>> parser_;
  State state_ = State::idle;
  bool turned_away_ = false;
  bool is_late_ = false;  // what is being read
  bool keeps_ = false;    // the connection, behind this answer
  bool asked_ = false;    // whether a client that sends no more is there
  std::string peer_;
  std::size_t lingered_ = 0;

  std::weak_ptr<SessionExchange> exchange_;  // the request in hand
  HttpRecord record_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace dragoman
