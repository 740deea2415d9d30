#pragma once

#include "app/serve/http/error_response.h"
#include "app/serve/http/exchange.h"
#include "app/serve/http/session.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace dragoman {

/// The request of a session, for whoever answers it.
class SessionExchange : public Exchange {
 public:
  /// share: of the budget for bodies, which this request's lies in.
  SessionExchange(std::shared_ptr<Session> session, HttpRequest request, ByteBudget::Share share)
      : session_(std::move(session)), share_(std::move(share)), request_(std::move(request)) {}
  ~SessionExchange() override {
    if (!answered_) respond_by(error_response(500, "the request was given up"));
  }

  const HttpRequest& request() const override { return request_; }
  std::stop_token gone() const override { return gone_.get_token(); }

  void respond(HttpResponse response) override {
    if (answered_.exchange(true)) return;
    respond_by(std::move(response));
  }
  void begin_stream(HttpResponse head) override {
    if (answered_.exchange(true)) return;
    on_strand([head = std::move(head)](Session& session) mutable {
      session.announce_end();
      session.writer_.write_head(std::move(head));
    });
  }
  void write(std::string piece) override {
    on_strand([piece = std::move(piece)](Session& session) mutable { session.writer_.write_piece(std::move(piece)); });
  }
  void end_stream() override {
    on_strand([](Session& session) { session.writer_.write_end(); });
  }
  void note(std::string name, std::string json) override {
    const std::lock_guard lock(mutex_);
    notes_.emplace_back(std::move(name), std::move(json));
  }

  HttpFields notes() const {
    const std::lock_guard lock(mutex_);
    return notes_;
  }
  void tell_gone() { gone_.request_stop(); }

 private:
  void respond_by(HttpResponse response) {
    on_strand([notes = notes(), response = std::move(response)](Session& session) mutable {
      session.record_.notes = std::move(notes);
      session.announce_end();
      session.writer_.write_whole(std::move(response));
    });
  }
  // Does nothing any more for a session that has gone on to another request, or has ended.
  template <typename Work>
  void on_strand(Work work) {
    boost::asio::post(session_->stream_.get_executor(),
                      [session = session_, id = request_.id, work = std::move(work)]() mutable {
                        if (session->state_ == Session::State::handling && session->record_.id == id) work(*session);
                      });
  }

  std::shared_ptr<Session> session_;
  ByteBudget::Share share_;
  HttpRequest request_;
  std::stop_source gone_;
  std::atomic<bool> answered_ = false;
  mutable std::mutex mutex_;
  HttpFields notes_;
};

}  // namespace dragoman
