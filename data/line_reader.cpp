#include "data/line_reader.h"

#include "base/utf8.h"
#include "data/not_text.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace dragoman {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::int64_t kNoticesPerFile = 10;

}  // namespace

/// The bytes of a file, decompressed if they are gzip. Reads as much as has arrived, never waiting for a full buffer.
class LineReader::Bytes {
 public:
  Bytes(const std::string& path, const std::string& name) : name_(name) {
    if (path == "-") {
      descriptor_ = STDIN_FILENO;
    } else {
      descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (descriptor_ < 0) throw std::runtime_error(fmt::format("{}: cannot open: {}", name_, std::strerror(errno)));
    }
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
      close();
      throw std::runtime_error(fmt::format("{}: is a directory; name a file", name_));
    }
  }
  ~Bytes() {
    if (gzip_) ::inflateEnd(&stream_);
    close();
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  /// The next bytes; valid until the next call. Empty at the end of the file.
  std::string_view next() {
    const bool is_first = !begun_;
    if (is_first) {
      begin();
    } else if (!gzip_) {
      read();
    }
    const std::string_view bytes = gzip_ ? next_inflated() : std::string_view(input_.data(), std::exchange(have_, 0));
    if (is_first) refuse_what_is_no_text(bytes);
    return bytes;
  }

  /// Whether next() need not wait.
  bool ready() const {
    constexpr int kMoment = 2;  // ms
    if (ended_ || (gzip_ && stream_.avail_in > 0)) return true;
    pollfd input{descriptor_, POLLIN, 0};
    return ::poll(&input, 1, kMoment) != 0;
  }

 private:
  void close() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }

  // Appends what has arrived to the input. False at the end of the file, which a terminal tells only once.
  bool read() {
    while (!ended_) {
      const ssize_t count = ::read(descriptor_, input_.data() + have_, input_.size() - have_);
      if (count >= 0) {
        have_ += static_cast<std::size_t>(count);
        ended_ = count == 0;
        return count > 0;
      }
      if (errno != EINTR) throw std::runtime_error(fmt::format("{}: cannot read: {}", name_, std::strerror(errno)));
    }
    return false;
  }

  // Gzip begins with 1F 8B, which is not valid UTF-8.
  void begin() {
    begun_ = true;
    read();
    while (begins_like_a_signature({input_.data(), have_}) && read()) {
    }
    if (have_ < 2 || input_[0] != '\x1F' || input_[1] != '\x8B') return;
    constexpr int kGzipWindow = 15 + 16;
    if (::inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::runtime_error("zlib cannot start");
    gzip_ = in_member_ = true;
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(have_);
  }

  void refuse_what_is_no_text(std::string_view beginning) const {
    const std::optional<NotText> found = recognise(beginning);
    if (!found) return;
    std::string remedy = found->remedy;
    constexpr std::string_view kFile = "FILE";
    const std::size_t at = remedy.find(kFile);
    if (at != std::string::npos && gzip_) {
      remedy.replace(at, kFile.size(), "-").insert(remedy.find(": ") + 2, fmt::format("zcat {} | ", name_));
    } else if (at != std::string::npos && descriptor_ != STDIN_FILENO) {
      remedy.replace(at, kFile.size(), name_);
    }
    throw std::runtime_error(fmt::format("{}: is {}; {}", name_, found->what, remedy));
  }

  std::string_view next_inflated() {
    for (;;) {
      if (stream_.avail_in == 0 && !refill()) {
        if (in_member_)
          throw std::runtime_error(fmt::format("{}: truncated gzip file; fetch or write it again", name_));
        return {};
      }
      if (!in_member_ && !begin_member()) continue;
      stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
      stream_.avail_out = static_cast<uInt>(output_.size());
      const int result = ::inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        in_member_ = false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        throw std::runtime_error(fmt::format("{}: damaged gzip file ({}); fetch or write it again", name_,
                                             stream_.msg ? stream_.msg : "zlib fails"));
      }
      const std::size_t count = output_.size() - stream_.avail_out;
      if (count > 0) return {output_.data(), count};
    }
  }

  bool refill() {
    have_ = 0;
    const bool more = read();
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(have_);
    return more;
  }

  // A gzip file may be several, one behind the other, and may be filled up with zero bytes.
  bool begin_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return false;
    ::inflateReset(&stream_);
    in_member_ = true;
    return true;
  }

  std::string name_;
  int descriptor_ = -1;
  bool begun_ = false, ended_ = false;
  std::array<char, 1 << 16> input_;
  std::size_t have_ = 0;  // bytes in input_
  bool gzip_ = false, in_member_ = false;
  z_stream stream_{};
  std::array<char, 1 << 16> output_;
};

LineReader::LineReader(const std::string& path, Utf8 policy, Notice notice)
    : name_(path == "-" ? "standard input" : path),
      policy_(policy),
      notice_(std::move(notice)),
      bytes_(std::make_unique<Bytes>(path, name_)) {}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

bool LineReader::next(std::string& line) {
  bool found = next_raw(line);
  if (found && line_number_ == 0 && line.starts_with(kByteOrderMark)) {
    offset_ = kByteOrderMark.size();
    line.erase(0, offset_);
    // The mark alone, without a line feed, is an empty file.
    found = !line.empty() || ended_by_line_feed_;
  }
  if (!found) {
    if (ill_formed_lines_ > kNoticesPerFile && notice_) {
      notice_(fmt::format("{}: invalid UTF-8 replaced by U+FFFD in {} lines altogether", name_, ill_formed_lines_));
    }
    ill_formed_lines_ = 0;
    return false;
  }
  ++line_number_;
  check_utf8(line);
  offset_ = 0;
  return true;
}

void LineReader::check_utf8(std::string& line) {
  if (policy_ == Utf8::keep) return;
  const auto at = find_invalid_utf8(line);
  if (!at) return;
  const std::string where =
      fmt::format("{}:{}: invalid UTF-8 (byte {} of the line)", name_, line_number_, *at + offset_ + 1);
  if (policy_ == Utf8::refuse) {
    // Of the many codes that a text can be in, Latin-1 is the likeliest, but none of them has zero bytes.
    const bool has_nul = line.find('\0') != std::string::npos;
    throw std::runtime_error(where + "; convert the file to UTF-8" + (has_nul ? "" : ", e.g. iconv -f latin1 -t utf8"));
  }
  line = replace_invalid_utf8(line);
  if (++ill_formed_lines_ <= kNoticesPerFile && notice_) notice_(where + " replaced by U+FFFD");
}

bool LineReader::has_line() {
  while (pending_.find('\n') == std::string_view::npos) {
    begun_.append(pending_);
    pending_ = {};
    if (!bytes_->ready()) return false;
    pending_ = bytes_->next();
    if (pending_.empty()) return true;
  }
  return true;
}

bool LineReader::next_raw(std::string& line) {
  line = std::exchange(begun_, {});
  for (;;) {
    if (pending_.empty()) {
      pending_ = bytes_->next();
      if (pending_.empty()) {
        ended_by_line_feed_ = false;
        return !line.empty();
      }
    }
    const std::size_t end = pending_.find('\n');
    if (end == std::string_view::npos) {
      line.append(pending_);
      pending_ = {};
      continue;
    }
    line.append(pending_.substr(0, end));
    pending_.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.pop_back();
    ended_by_line_feed_ = true;
    return true;
  }
}

bool can_be_read_again(const std::string& path) {
  return path != "-" && std::filesystem::is_regular_file(path);
}

void require_readable_again(const std::string& path) {
  if (can_be_read_again(path)) return;
  if (path != "-" && !std::filesystem::is_other(path)) return;
  throw std::runtime_error(
      fmt::format("{}: is a pipe, and this text is read several times; write it to a file first (which may be gzip)",
                  path == "-" ? "standard input" : path));
}

std::vector<std::string> read_lines(const std::string& path, Utf8 policy, const Notice& notice) {
  LineReader reader(path, policy, notice);
  std::vector<std::string> lines;
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

}  // namespace dragoman
