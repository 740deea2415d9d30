#include "app/cli/log.h"

#include "base/markup.h"

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

void write_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Log::Log(bool quiet) : quiet_(quiet) {
  is_terminal_ = !quiet && ::isatty(STDERR_FILENO) && environment("TERM") != "dumb";
  has_color_ = is_terminal_ && environment("NO_COLOR").empty();
}

Log::~Log() {
  status("");
}

int Log::width() const {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void Log::line(const std::string& text) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  std::string out;
  if (!status_.empty()) out += kEraseLine;
  out += printable(text) + "\n" + status_;
  write_stderr(out);
}

void Log::status(const std::string& text) {
  if (!is_terminal_) return;
  const std::lock_guard lock(mutex_);
  if (text == status_) return;
  write_stderr(std::string(kEraseLine) + text);
  status_ = text;
}

Notice Log::notice(std::string prefix) {
  return [this, prefix = std::move(prefix)](const std::string& text) { line(prefix + text); };
}

}  // namespace dragoman
