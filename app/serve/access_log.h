#pragma once

#include "app/serve/http/server.h"

#include <mutex>
#include <string>

namespace dragoman {

/// A JSON object for each request, one a line.
class AccessLog {
 public:
  /// file: "-" is stdout; empty: nothing is written. Throws std::runtime_error naming a file that cannot be written.
  explicit AccessLog(std::string file);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// A line that cannot be written is lost: requests are answered all the same.
  void write(const HttpRecord& record);

  /// Begins a new file where the present one was renamed.
  void reopen();

 private:
  void open();
  void close();

  std::string file_;
  std::mutex mutex_;
  int descriptor_ = -1;
};

/// That line, with the time of day in UTC.
std::string access_line(const HttpRecord& record);

}  // namespace dragoman
