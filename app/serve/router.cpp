#include "app/serve/router.h"

#include "app/serve/http/error_response.h"
#include "app/serve/translation_call.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dragoman {
namespace {

// Answers with more headers.
class WithHeaders : public Exchange {
 public:
  WithHeaders(ExchangePointer exchange, HttpFields headers)
      : exchange_(std::move(exchange)), headers_(std::move(headers)) {}

  const HttpRequest& request() const override { return exchange_->request(); }
  std::stop_token gone() const override { return exchange_->gone(); }
  void respond(HttpResponse response) override { exchange_->respond(with_headers(std::move(response))); }
  void begin_stream(HttpResponse head) override { exchange_->begin_stream(with_headers(std::move(head))); }
  void write(std::string piece) override { exchange_->write(std::move(piece)); }
  void end_stream() override { exchange_->end_stream(); }
  void note(std::string name, std::string json) override { exchange_->note(std::move(name), std::move(json)); }

 private:
  HttpResponse with_headers(HttpResponse response) const {
    response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
    return response;
  }

  ExchangePointer exchange_;
  HttpFields headers_;
};

// Fetch standard, 3.2: which pages of other origins may read the answer.
HttpFields cross_origin_headers(const ServeOptions& options, const HttpRequest& request) {
  const std::string origin(request.header("origin"));
  const bool for_all = std::ranges::count(options.cors, "*") > 0;
  if (options.cors.empty()) return {};
  HttpFields headers;
  if (!for_all) headers.emplace_back("Vary", "Origin");
  if (!for_all && (origin.empty() || std::ranges::count(options.cors, origin) == 0)) return headers;
  headers.emplace_back("Access-Control-Allow-Origin", for_all ? "*" : origin);
  headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
  headers.emplace_back("Access-Control-Max-Age", "1728000");
  return headers;
}

}  // namespace

void Router::add(const std::string& method, const std::string& path, Endpoint endpoint) {
  paths_[path][method] = std::move(endpoint);
}

std::string Router::endpoint_of(std::string_view path) const {
  if (const auto found = paths_.find(std::string(path)); found != paths_.end()) return found->first;
  for (const auto& [prefix, methods] : paths_) {
    if (prefix.size() > 1 && prefix.ends_with('/') && path.starts_with(prefix)) return prefix;
  }
  return "other";
}

void Router::handle(const ServingPointer& serving, const ExchangePointer& exchange) const {
  const HttpRequest& request = exchange->request();
  HttpFields headers = cross_origin_headers(serving->options, request);
  headers.emplace_back("X-Request-Id", request.id);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  const ExchangePointer answering = std::make_shared<WithHeaders>(exchange, std::move(headers));
  const auto found = paths_.find(endpoint_of(request.path));
  if (found == paths_.end()) return answering->respond(error_response(404, "there is nothing at " + request.path));
  const auto& methods = found->second;
  if (request.method == "OPTIONS") return answering->respond({.status = 204, .body = ""});
  const auto endpoint = methods.find(request.method == "HEAD" ? "GET" : request.method);
  if (endpoint == methods.end()) {
    std::string allowed = "OPTIONS";
    for (const auto& [method, unused] : methods) allowed += ", " + method;
    return answering->respond(
        error_response(405, request.path + " is not for " + request.method, {{"Allow", allowed}}));
  }
  try {
    endpoint->second(serving, answering);
  } catch (...) {
    answering->respond(failure_answer(std::current_exception()));
  }
}

}  // namespace dragoman
