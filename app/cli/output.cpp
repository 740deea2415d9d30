#include "app/cli/output.h"

#include "base/file_place.h"

#include <cerrno>
#include <fmt/format.h>
#include <stdexcept>
#include <unistd.h>

namespace dragoman {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

}  // namespace

Output::Output(const std::string& path, const Resumption& resumption) : name_(path) {
  if (path == "-") {
    name_ = "stdout";
    in_place_ = Descriptor(STDOUT_FILENO);
    return;
  }
  refuse_compressed_name(path);
  in_place_ = open_in_place(path);
  if (in_place_) return;
  if (resumption.identity.empty()) {
    whole_ = std::make_unique<AtomicFile>(path);
  } else {
    partial_ = std::make_unique<PartialFile>(path, resumption.identity, resumption.restart);
  }
}

Output::~Output() {
  if (in_place_.number() == STDOUT_FILENO) in_place_.release();
}

void Output::write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= kBufferBytes) flush();
}

void Output::flush() {
  if (partial_) {
    partial_->write(buffer_);
  } else if (whole_) {
    whole_->write(buffer_);
  } else if (!write_all(in_place_.number(), buffer_)) {
    if (errno == EPIPE) throw ClosedPipe();
    fail_with_errno(name_, "write");
  }
  buffer_.clear();
}

void Output::checkpoint(const std::string& note) {
  if (!partial_) return;
  flush();
  partial_->checkpoint(note);
}

void Output::finish() {
  flush();
  if (partial_) partial_->commit();
  if (whole_) whole_->commit();
}

void refuse_compressed_name(const std::string& path) {
  for (const char* suffix : {".gz", ".xz", ".bz2", ".zst", ".zip"}) {
    if (!path.ends_with(suffix)) continue;
    throw std::invalid_argument(fmt::format(
        "{}: what is written is plain text, not {}; choose another name, or write to stdout and compress that (| gzip)",
        path, suffix));
  }
}

void print(std::string_view text) {
  Output output("-");
  output.write(text);
  output.finish();
}

}  // namespace dragoman
