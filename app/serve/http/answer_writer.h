#pragma once

#include "app/serve/http/message.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dragoman {

/// How an answer is written.
struct AnswerFrame {
  unsigned version = 11;    ///< of HTTP, 10 or 11
  bool keep_alive = false;  ///< whether the connection stays
  bool bodiless = false;    ///< the request was HEAD
  HttpFields headers = {};  ///< besides the response's own
};

/// Writes one answer to a connection, as a whole or piece by piece. All on the connection's strand.
class AnswerWriter {
 public:
  /// Hears once how it ended; what is written behind that is lost.
  using Done = std::function<void(boost::beast::error_code error)>;

  /// time: for the whole, or for one piece.
  AnswerWriter(boost::beast::tcp_stream& stream, std::chrono::seconds time) : stream_(stream), time_(time) {}

  /// keeper: what must live until `done` is called.
  void begin(AnswerFrame frame, std::shared_ptr<void> keeper, Done done);

  /// Before an answer, and not to a client of HTTP/1.0, which knows none of it: an interim response, that a client
  /// which is there skips and one which is gone resets the connection for (RFC 9110, 15.2).
  void write_interim();

  void write_whole(HttpResponse response);

  void write_head(HttpResponse head);
  void write_piece(std::string piece);
  void write_end();

  /// Of an answer that nobody wants any more: ends it, unless something is being written, which ends by itself.
  void give_up();

  /// Whether the connection goes on behind the answer, which may have no end but that of the connection.
  bool stays() const { return frame_.keep_alive && (!head_ || chunked()); }
  /// Before an answer: the connection will be closed behind it.
  void announce_close() { frame_.keep_alive = false; }

  int status() const { return status_; }
  std::size_t body_bytes() const { return body_bytes_; }

 private:
  using WholeResponse = boost::beast::http::response<boost::beast::http::span_body<const char>>;
  using Head = boost::beast::http::response<boost::beast::http::empty_body>;

  template <typename Message>
  void fill(Message& message, const HttpResponse& response) const;
  bool chunked() const { return frame_.version == 11; }
  void go_on();
  void wrote(boost::beast::error_code error);
  void end(boost::beast::error_code error);

  boost::beast::tcp_stream& stream_;
  std::chrono::seconds time_;
  AnswerFrame frame_;
  std::shared_ptr<void> keeper_;
  Done done_;
  bool begun_ = false, writing_ = false, head_written_ = false, closing_ = false;
  int status_ = 0;
  std::size_t body_bytes_ = 0;
  std::shared_ptr<const std::string> whole_body_;
  std::optional<WholeResponse> whole_;
  std::optional<Head> head_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::empty_body>> serializer_;
  std::deque<std::string> pieces_;
};

}  // namespace dragoman
