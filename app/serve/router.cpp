#include "app/serve/router.h"

#include "app/serve/http/error_response.h"
#include "app/serve/translation_call.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dragoman {
namespace {

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

HttpFields answer_headers(const ServeOptions& options, const HttpRequest& request) {
  HttpFields headers = cross_origin_headers(options, request);
  headers.emplace_back("X-Request-Id", request.id);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  return headers;
}

void Router::add(const std::string& method, const std::string& path, Endpoint endpoint) {
  paths_[path][method] = std::move(endpoint);
}

std::map<std::string, std::vector<std::string>> Router::routes() const {
  std::map<std::string, std::vector<std::string>> routes;
  for (const auto& [path, methods] : paths_) {
    for (const auto& [method, unused] : methods) routes[path].push_back(method);
  }
  return routes;
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
  const auto found = paths_.find(endpoint_of(request.path));
  if (found == paths_.end()) return exchange->respond(error_response(404, "there is nothing at " + request.path));
  const auto& methods = found->second;
  if (request.method == "OPTIONS") return exchange->respond({.status = 204, .body = ""});
  const auto endpoint = methods.find(request.method == "HEAD" ? "GET" : request.method);
  if (endpoint == methods.end()) {
    std::string allowed = "OPTIONS";
    for (const auto& [method, unused] : methods) allowed += ", " + method;
    return exchange->respond(error_response(405, request.path + " is not for " + request.method, {{"Allow", allowed}}));
  }
  try {
    endpoint->second(serving, exchange);
  } catch (...) {
    exchange->respond(failure_answer(std::current_exception(), request, serving->notice));
  }
}

}  // namespace dragoman
