#include "app/output.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <unistd.h>

namespace dragoman {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

[[noreturn]] void fail(const std::string& name, std::string_view action) {
  const int error = errno;
  throw std::runtime_error(fmt::format("{}: cannot {}: {}", name, action, std::strerror(error)));
}

}  // namespace

Output::Output(const std::string& path, const std::string& identity) : name_(path) {
  if (path == "-") {
    name_ = "stdout";
    descriptor_ = STDOUT_FILENO;
    return;
  }
  const std::filesystem::file_status status = std::filesystem::status(path);
  if (std::filesystem::exists(status) && std::filesystem::is_other(status)) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(name_, "open");
    return;
  }
  file_ = std::make_unique<PartialFile>(path, identity);
}

Output::~Output() {
  if (descriptor_ > STDOUT_FILENO) ::close(descriptor_);
}

void Output::write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= kBufferBytes) flush();
}

void Output::flush() {
  if (file_) {
    file_->write(buffer_);
    buffer_.clear();
    return;
  }
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) throw ClosedPipe();
      fail(name_, "write");
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void Output::checkpoint(std::int64_t position) {
  if (!file_) return;
  flush();
  file_->checkpoint(position);
}

void Output::finish() {
  flush();
  if (file_) file_->commit();
}

void print(std::string_view text) {
  Output output("-");
  output.write(text);
  output.finish();
}

}  // namespace dragoman
