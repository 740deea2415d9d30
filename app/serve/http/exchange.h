#pragma once

#include "app/serve/http/message.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace dragoman {

/// A request that is to be answered: at once or later, from any thread, by one response or by a stream. One that goes
/// unanswered is answered with status 500 when the last who holds it lets go.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const HttpRequest& request() const = 0;

  /// Comes when the client has left, or when the server ends without waiting: nobody wants the answer any more. One
  /// that has only closed its side of the connection is there.
  virtual std::stop_token gone() const = 0;

  /// The answer; what follows a first one is ignored.
  virtual void respond(HttpResponse response) = 0;

  /// Begins an answer that comes piece by piece; the body of `head` is its first piece.
  virtual void begin_stream(HttpResponse head) = 0;
  virtual void write(std::string piece) = 0;
  virtual void end_stream() = 0;

  /// More that the log shall tell of the request, as a JSON value.
  virtual void note(std::string name, std::string json) = 0;
};

using ExchangePointer = std::shared_ptr<Exchange>;

/// Answers requests. What it throws is answered with status 500, and noted as "failure".
using HttpHandler = std::function<void(const ExchangePointer& exchange)>;

}  // namespace dragoman
