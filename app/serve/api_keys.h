#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Who may ask: by keys of which only the hashes are known.
class ApiKeys {
 public:
  /// Lines of a SHA-256 in hexadecimal digits, and behind a blank whose key it is; empty ones, and those that begin
  /// with #, are skipped. Throws std::runtime_error naming file and line of anything else.
  explicit ApiKeys(const std::string& file);

  /// Whether it is one of them, in a time that says nothing about how alike they are.
  bool has(std::string_view key) const;

 private:
  static constexpr std::size_t kBytes = 32;
  std::vector<std::string> hashes_;  // of kBytes each
};

}  // namespace dragoman
