#include "app/serve/access_log.h"

#include <chrono>
#include <cmath>
#include <ctime>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace dragoman {

AccessLog::AccessLog(std::string file) : file_(std::move(file)), descriptor_(opened()) {}

Descriptor AccessLog::opened() const {
  if (file_.empty()) return Descriptor();
  Descriptor descriptor(file_ == "-" ? ::dup(STDOUT_FILENO)
                                     : ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!descriptor) fail_with_errno(file_, "write");
  return descriptor;
}

void AccessLog::reopen() {
  Descriptor next = opened();
  const std::lock_guard lock(mutex_);
  descriptor_ = std::move(next);
}

void AccessLog::write(const HttpRecord& record) {
  const std::string line = access_line(record) + "\n";
  const std::lock_guard lock(mutex_);
  if (descriptor_) (void)write_all(descriptor_.number(), line);
}

std::string access_line(const HttpRecord& record) {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  nlohmann::ordered_json line{{"time", fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), milliseconds)},
                              {"id", record.id},
                              {"peer", record.peer},
                              {"method", record.method},
                              {"path", record.path},
                              {"status", record.status},
                              {"ms", std::round(record.time.count() * 1e4) / 10},
                              {"bytes_in", record.bytes_in},
                              {"bytes_out", record.bytes_out}};
  for (const auto& [name, value] : record.notes) line[name] = nlohmann::ordered_json::parse(value, nullptr, false);
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dragoman
