#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <utility>

namespace dragoman {

/// A file descriptor, closed with this object; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close();
  /// Leaves it open, for whoever it belongs to.
  void release() { number_ = -1; }

 private:
  int number_;
};

/// Throws std::runtime_error "PATH: cannot ACTION: ..." with what errno says.
[[noreturn]] void fail_with_errno(const std::filesystem::path& path, std::string_view action);

/// Throws std::runtime_error naming the file if it cannot be opened.
Descriptor open_to_read(const std::filesystem::path& path);

/// Reads what there is, at most `most` bytes, and returns how many; 0 at the end. Throws std::runtime_error naming
/// `path` if that fails.
std::size_t read_some(const Descriptor& file, char* bytes, std::size_t most, const std::filesystem::path& path);

/// Writes all of `bytes`, whatever interrupts it. False, with errno, if that fails.
bool write_all(int descriptor, std::string_view bytes);

/// Whether `path` itself, not what a link of that name leads to, is the file that is open as `descriptor`.
bool is_name_of(const std::filesystem::path& path, int descriptor);

}  // namespace dragoman
