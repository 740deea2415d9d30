#include "app/serve/http/answer_writer.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace dragoman {
namespace http = boost::beast::http;
namespace net = boost::asio;

void AnswerWriter::begin(AnswerFrame frame, std::shared_ptr<void> keeper, Done done) {
  frame_ = std::move(frame);
  keeper_ = std::move(keeper);
  done_ = std::move(done);
  begun_ = writing_ = head_written_ = closing_ = false;
  status_ = 0;
  body_bytes_ = 0;
  whole_.reset();
  whole_body_.reset();
  serializer_.reset();
  head_.reset();
  pieces_.clear();
}

template <typename Message>
void AnswerWriter::fill(Message& message, const HttpResponse& response) const {
  message.version(frame_.version);
  message.result(static_cast<unsigned>(response.status));
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const HttpFields* const headers : {&response.headers, &frame_.headers}) {
    for (const auto& [name, value] : *headers) message.insert(name, value);
  }
}

void AnswerWriter::write_interim() {
  static const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  if (begun_ || writing_ || !keeper_ || frame_.version < 11) return;
  writing_ = true;
  stream_.expires_after(time_);
  net::async_write(stream_, net::buffer(interim),
                   [this, keeper = keeper_](boost::beast::error_code error, std::size_t) {
                     writing_ = false;
                     if (error) return end(error);
                     go_on();
                   });
}

void AnswerWriter::write_whole(HttpResponse response) {
  if (begun_) return;
  begun_ = true;
  status_ = response.status;
  whole_body_ = response.shared_body ? std::move(response.shared_body)
                                     : std::make_shared<const std::string>(std::move(response.body));
  body_bytes_ = whole_body_->size();
  WholeResponse& whole = whole_.emplace();
  fill(whole, response);
  whole.keep_alive(frame_.keep_alive);
  if (response.status == 204) {
    whole.erase(http::field::content_type);
  } else {
    whole.content_length(whole_body_->size());
    if (!frame_.bodiless) whole.body() = {whole_body_->data(), whole_body_->size()};
  }
  go_on();
}

void AnswerWriter::write_head(HttpResponse head) {
  if (begun_) return;
  begun_ = true;
  status_ = head.status;
  fill(head_.emplace(), head);
  head_->keep_alive(frame_.keep_alive && chunked());
  if (chunked()) head_->chunked(true);
  serializer_.emplace(*head_);
  if (!head.body.empty()) pieces_.push_back(std::move(head.body));
  go_on();
}

void AnswerWriter::write_piece(std::string piece) {
  if (!head_ || closing_ || piece.empty()) return;
  pieces_.push_back(std::move(piece));
  go_on();
}

void AnswerWriter::write_end() {
  if (!head_ || closing_) return;
  closing_ = true;
  go_on();
}

void AnswerWriter::go_on() {
  if (writing_ || !keeper_) return;
  const auto then = [this, keeper = keeper_](boost::beast::error_code error, std::size_t) { wrote(error); };
  stream_.expires_after(time_);
  if (whole_) {
    writing_ = true;
    http::async_write(stream_, *whole_,
                      [this, keeper = keeper_](boost::beast::error_code error, std::size_t) { end(error); });
  } else if (head_ && !head_written_) {
    head_written_ = writing_ = true;
    http::async_write_header(stream_, *serializer_, then);
  } else if (!pieces_.empty()) {
    if (frame_.bodiless) {
      pieces_.clear();
      return go_on();
    }
    writing_ = true;
    body_bytes_ += pieces_.front().size();
    const net::const_buffer piece(pieces_.front().data(), pieces_.front().size());
    if (chunked()) {
      net::async_write(stream_, http::make_chunk(piece), then);
    } else {
      net::async_write(stream_, piece, then);
    }
  } else if (closing_) {
    if (!chunked() || frame_.bodiless) return end({});
    writing_ = true;
    net::async_write(stream_, http::make_chunk_last(),
                     [this, keeper = keeper_](boost::beast::error_code error, std::size_t) { end(error); });
  } else {
    stream_.expires_never();
  }
}

void AnswerWriter::wrote(boost::beast::error_code error) {
  writing_ = false;
  if (error) return end(error);
  // The first thing that is written is the head, which is no piece.
  if (head_.has_value() && serializer_.has_value()) {
    serializer_.reset();
  } else {
    pieces_.pop_front();
  }
  go_on();
}

void AnswerWriter::give_up() {
  if (!writing_) end(boost::asio::error::operation_aborted);
}

void AnswerWriter::end(boost::beast::error_code error) {
  writing_ = false;
  const std::shared_ptr<void> keeper = std::move(keeper_);
  keeper_.reset();
  if (const Done done = std::exchange(done_, nullptr)) done(error);
}

}  // namespace dragoman
