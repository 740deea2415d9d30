#include "app/serve/statistics.h"

#include <fmt/format.h>

namespace dragoman {

void Statistics::add(const std::string& endpoint, const HttpRecord& record) {
  const std::lock_guard lock(mutex_);
  OfEndpoint& of_endpoint = endpoints_[endpoint];
  ++of_endpoint.by_status[record.status];
  ++of_endpoint.count;
  of_endpoint.seconds += record.time.count();
  for (std::size_t i = 0; i < kTimes.size(); ++i) {
    if (record.time.count() <= kTimes[i]) ++of_endpoint.by_time[i];
  }
}

std::string Statistics::to_text() const {
  const std::lock_guard lock(mutex_);
  std::string text =
      "# HELP dragoman_http_requests_total Requests by endpoint and status; 0: the client left before its answer.\n"
      "# TYPE dragoman_http_requests_total counter\n";
  for (const auto& [endpoint, of_endpoint] : endpoints_) {
    for (const auto& [status, count] : of_endpoint.by_status) {
      text +=
          fmt::format("dragoman_http_requests_total{{endpoint=\"{}\",status=\"{}\"}} {}\n", endpoint, status, count);
    }
  }
  text +=
      "# HELP dragoman_http_request_duration_seconds From the first byte of a request to the last of its answer.\n"
      "# TYPE dragoman_http_request_duration_seconds histogram\n";
  for (const auto& [endpoint, of_endpoint] : endpoints_) {
    const auto bucket = [&](const std::string& limit, std::uint64_t count) {
      text += fmt::format("dragoman_http_request_duration_seconds_bucket{{endpoint=\"{}\",le=\"{}\"}} {}\n", endpoint,
                          limit, count);
    };
    for (std::size_t i = 0; i < kTimes.size(); ++i) bucket(fmt::format("{}", kTimes[i]), of_endpoint.by_time[i]);
    bucket("+Inf", of_endpoint.count);
    text += fmt::format("dragoman_http_request_duration_seconds_sum{{endpoint=\"{}\"}} {}\n", endpoint,
                        of_endpoint.seconds);
    text += fmt::format("dragoman_http_request_duration_seconds_count{{endpoint=\"{}\"}} {}\n", endpoint,
                        of_endpoint.count);
  }
  text += fmt::format(
      "# HELP dragoman_characters_total Characters of the texts that were translated.\n"
      "# TYPE dragoman_characters_total counter\ndragoman_characters_total {}\n",
      characters_.load());
  return text;
}

}  // namespace dragoman
