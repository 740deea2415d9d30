#pragma once

#include "app/serve/http/server.h"
#include "base/descriptor.h"

#include <mutex>
#include <string>

namespace dragoman {

/// A JSON object for each request, one a line.
class AccessLog {
 public:
  /// file: "-" is stdout; empty: nothing is written. Throws std::runtime_error naming a file that cannot be written.
  explicit AccessLog(std::string file);

  /// A line that cannot be written is lost: requests are answered all the same.
  void write(const HttpRecord& record);

  /// Begins a new file where the present one was renamed.
  void reopen();

 private:
  Descriptor opened() const;

  std::string file_;
  std::mutex mutex_;
  Descriptor descriptor_;
};

/// That line, with the time of day in UTC.
std::string access_line(const HttpRecord& record);

}  // namespace dragoman
