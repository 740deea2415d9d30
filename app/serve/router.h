#pragma once

#include "app/serve/http/exchange.h"
#include "app/serve/serving.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Answers one kind of requests. What it throws is answered as failure_answer() says.
using Endpoint = std::function<void(const ServingPointer& serving, const ExchangePointer& exchange)>;

/// What every answer to this request has among its headers: which pages of other origins may read it, and its name.
HttpFields answer_headers(const ServeOptions& options, const HttpRequest& request);

/// Which request is for whom.
class Router {
 public:
  /// path: as it is, or with a '/' at its end for all that begin with it. HEAD goes with GET.
  void add(const std::string& method, const std::string& path, Endpoint endpoint);

  /// What was added: paths, and the methods of each in order.
  std::map<std::string, std::vector<std::string>> routes() const;

  /// Answers it, with 404 or 405 if nobody does.
  void handle(const ServingPointer& serving, const ExchangePointer& exchange) const;

  /// The path that serves this one, as it was added; "other" if there is none.
  std::string endpoint_of(std::string_view path) const;

 private:
  std::map<std::string, std::map<std::string, Endpoint>> paths_;
};

}  // namespace dragoman
