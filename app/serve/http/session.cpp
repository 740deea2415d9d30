#include "app/serve/http/session.h"

#include "app/serve/http/client_side.h"
#include "app/serve/http/error_response.h"
#include "app/serve/http/session_exchange.h"
#include "app/serve/http/url.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <cctype>
#include <exception>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {
namespace http = boost::beast::http;
namespace net = boost::asio;

namespace {

// What a client that is refused still sends is read so that it sees the answer, but not for ever.
constexpr std::size_t kLingerBytes = 1 << 20;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::chrono::milliseconds kLookAgain{200};
// A header that is too long is read so many times as far as it may go: what stands behind a long path says, among other
// things, whose page may read the refusal.
constexpr std::size_t kHeadersToRefuse = 4;
// For the header of one connection too many.
constexpr std::chrono::seconds kTurnAwayTime{2};
constexpr const char* kTooMuchAtOnce = "there are too many large requests at once; try again in a moment";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

Session::Session(net::ip::tcp::socket socket, std::shared_ptr<SessionHost> host)
    : host_(std::move(host)),
      stream_(std::move(socket)),
      look_again_(stream_.get_executor()),
      reading_ends_(stream_.get_executor()),
      writer_(stream_, host_->limits.write) {
  ++host_->connections;
  Error error;
  stream_.socket().set_option(net::ip::tcp::no_delay(true), error);
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) peer_ = peer.address().to_string();
}

Session::~Session() {
  close();
}

void Session::start() {
  net::dispatch(stream_.get_executor(), [self = self()] { self->wait_for_request(); });
}

void Session::turn_away() {
  net::dispatch(stream_.get_executor(), [self = self()] {
    self->turned_away_ = true;
    self->read_header();
  });
}

void Session::close_if_idle() {
  net::post(stream_.get_executor(), [self = self()] {
    if (self->state_ == State::idle || self->state_ == State::lingering) self->close();
  });
}

void Session::abandon() {
  net::post(stream_.get_executor(), [self = self()] {
    self->tell_gone();
    self->close();
  });
}

void Session::wait_for_request() {
  state_ = State::idle;
  if (buffer_.size() > 0) return read_header();
  if (host_->draining) return close();
  stream_.expires_after(host_->limits.idle);
  stream_.async_read_some(buffer_.prepare(4096), [self = self()](Error error, std::size_t bytes) {
    if (error) return self->close();
    self->buffer_.commit(bytes);
    self->read_header();
  });
}

void Session::read_header() {
  state_ = State::reading;
  began_ = std::chrono::steady_clock::now();
  record_ = {};
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(kHeadersToRefuse * host_->limits.header_bytes));
  parser_->body_limit(host_->limits.body_bytes);
  parser_->get().body().share = ByteBudget::Share(host_->bodies);
  must_be_read_within(turned_away_ ? kTurnAwayTime : host_->limits.header);
  http::async_read_header(stream_, buffer_, *parser_, [self = self()](Error error, std::size_t bytes) {
    self->has_been_read();
    if (error) return self->could_not_read(error);
    if (self->turned_away_) return self->refuse(503, "too many connections; try again in a moment");
    if (bytes > self->host_->limits.header_bytes) return self->could_not_read(http::error::header_limit);
    self->read_body();
  });
}

// By a limit of the stream's own the connection would be closed without an answer.
void Session::must_be_read_within(std::chrono::seconds time) {
  is_late_ = false;
  stream_.expires_never();
  reading_ends_.expires_after(time);
  reading_ends_.async_wait([self = self()](Error error) {
    // It may have been set anew when this was on its way already.
    if (error || self->reading_ends_.expiry() > std::chrono::steady_clock::now()) return;
    self->is_late_ = true;
    self->stream_.cancel();
  });
}

void Session::has_been_read() {
  reading_ends_.expires_at(std::chrono::steady_clock::time_point::max());
}

void Session::read_body() {
  if (parser_->is_done()) return handle();
  // What is known beforehand need not be sent.
  if (RequestBody::cost(parser_->content_length().value_or(0)) > host_->bodies.left())
    return refuse(503, kTooMuchAtOnce);
  must_be_read_within(host_->limits.body);
  const auto read = [this] {
    http::async_read(stream_, buffer_, *parser_, [self = self()](Error error, std::size_t) {
      self->has_been_read();
      if (error) return self->could_not_read(error);
      self->handle();
    });
  };
  if (!boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read();
  static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  net::async_write(stream_, net::buffer(go_on), [self = self(), read](Error error, std::size_t) {
    if (error) return self->close();
    read();
  });
}

void Session::could_not_read(Error error) {
  if (is_late_ && !turned_away_) return refuse(408, "the request took too long to come; send it again");
  if (error == http::error::end_of_stream || error == net::error::connection_reset ||
      error == net::error::operation_aborted || error == http::error::partial_message ||
      error == boost::beast::error::timeout)
    return close();
  if (error == http::error::body_limit) {
    return refuse(413, fmt::format("the body is longer than {} bytes", host_->limits.body_bytes));
  }
  if (error == boost::system::errc::not_enough_memory) return refuse(503, kTooMuchAtOnce);
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refuse(431, fmt::format("the header is longer than {} bytes", host_->limits.header_bytes));
  if (error.category() != make_error_code(http::error::bad_method).category()) return close();
  refuse(400, fmt::format("this is no HTTP request: {}", error.message()));
}

// Answers what was not read to its end, so that nothing can follow.
void Session::refuse(int status, const std::string& message) {
  HttpRequest request = request_so_far();
  begin_answer({11, false, parser_->get().method() == http::verb::head}, request);
  // With what is there of its body.
  parser_.reset();
  HttpResponse response = error_response(status, message);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  writer_.write_whole(std::move(response));
}

// Without its body.
HttpRequest Session::request_so_far() const {
  const auto& message = parser_->get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const std::size_t mark = target.find('?');
  request.path = decode_url(target.substr(0, mark), UrlPart::path);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (const auto& field : message)
    request.headers.emplace_back(lower_case(std::string(field.name_string())), std::string(field.value()));
  request.peer = peer_;
  return request;
}

// The request gets its name here.
void Session::begin_answer(AnswerFrame frame, HttpRequest& request) {
  state_ = State::handling;
  keeps_ = frame.keep_alive;
  asked_ = false;
  request.id = fmt::format("{}-{}", host_->id_prefix, ++host_->requests);
  record_.id = request.id;
  record_.peer = peer_;
  record_.method = request.method;
  record_.path = request.path;
  record_.bytes_in = request.body.size();
  if (host_->callbacks.headers) frame.headers = host_->callbacks.headers(request);
  stream_.expires_never();
  writer_.begin(std::move(frame), self(), [this](Error error) { answered(error); });
}

void Session::handle() {
  HttpRequest request = request_so_far();
  RequestBody::value_type body = std::move(parser_->get().body());
  request.body = std::move(body.bytes);
  begin_answer({parser_->get().version() >= 11 ? 11U : 10U, parser_->get().keep_alive(),
                parser_->get().method() == http::verb::head},
               request);
  parser_.reset();
  const auto exchange = std::make_shared<SessionExchange>(self(), std::move(request), std::move(body.share));
  exchange_ = exchange;
  watch_client();
  try {
    host_->callbacks.handle(exchange);
  } catch (const std::exception& error) {
    exchange->note("failure",
                   nlohmann::json(error.what()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    exchange->respond(failure_response());
  }
}

// A connection that becomes readable was closed by the client, or has the next request, behind which a close is only
// seen by looking.
void Session::watch_client() {
  stream_.socket().async_wait(net::ip::tcp::socket::wait_read, [self = self(), id = record_.id](Error error) {
    if (!error) self->look_after_client(id);
  });
}

void Session::look_after_client(const std::string& id) {
  if (state_ != State::handling || record_.id != id) return;
  const ClientSide side = client_side(stream_.socket().native_handle());
  if (side == ClientSide::reset) return tell_gone();
  // It has left, or sends no more and waits for its answer: what is written tells.
  if (side == ClientSide::closed && !std::exchange(asked_, true)) writer_.write_interim();
  look_again_.expires_after(kLookAgain);
  look_again_.async_wait([self = self(), id](Error error) {
    if (!error) self->look_after_client(id);
  });
}

// Before the answer is written.
void Session::announce_end() {
  if (host_->draining && buffer_.size() == 0) writer_.announce_close();
}

void Session::tell_gone() {
  if (const auto exchange = exchange_.lock()) exchange->tell_gone();
}

void Session::answered(Error error) {
  look_again_.cancel();
  const auto exchange = exchange_.lock();
  const bool left = exchange && exchange->gone().stop_requested();
  if (error) tell_gone();
  record_.status = error || left ? 0 : writer_.status();
  record_.bytes_out = writer_.body_bytes();
  record_.time = std::chrono::steady_clock::now() - began_;
  if (exchange) record_.notes = exchange->notes();
  exchange_.reset();
  if (host_->callbacks.done) host_->callbacks.done(record_);
  record_.id.clear();
  if (error || state_ == State::closed) return close();
  if (keeps_ && writer_.stays()) return wait_for_request();
  linger();
}

void Session::linger() {
  if (state_ == State::closed) return;
  state_ = State::lingering;
  Error ignored;
  stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  if (lingered_ == 0) stream_.expires_after(kLingerTime);
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(4096), [self = self()](Error error, std::size_t bytes) {
    self->lingered_ += bytes;
    if (error || self->lingered_ > kLingerBytes) return self->close();
    self->linger();
  });
}

void Session::close() {
  if (state_ != State::closed) --host_->connections;
  state_ = State::closed;
  look_again_.cancel();
  reading_ends_.cancel();
  stream_.close();
  writer_.give_up();
}

}  // namespace dragoman
