#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dragoman {

/// Bytes of a file that are taken one part after the other, never beyond their end. Nothing is copied.
class ByteCursor {
 public:
  /// cut_short: what std::runtime_error says where there are fewer bytes than are asked for
  ByteCursor(std::string_view bytes, std::string cut_short) : rest_(bytes), cut_short_(std::move(cut_short)) {}

  /// What nobody has taken.
  std::string_view rest() const { return rest_; }

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) refuse_cut();
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  /// A number as this machine has it in memory.
  template <typename Number>
  Number number() {
    Number value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  [[noreturn]] void refuse_cut() const { throw std::runtime_error(cut_short_); }

 private:
  std::string_view rest_;
  std::string cut_short_;
};

}  // namespace dragoman
