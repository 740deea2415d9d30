#pragma once

#include "tokenizer/text_range.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Finds what stands in a text to be kept as it is: what a regular expression matches. Safe to share between threads.
class PlaceholderFinder {
 public:
  /// URLs, e-mail addresses, {0}, {name}, ${name}, {{name}}, %s, %1$d, %(name)s, %{name}, __NAME__, emoji and symbols.
  static const std::string& usual();

  /// regex: as ICU has them. Throws std::invalid_argument saying what is wrong with it.
  explicit PlaceholderFinder(const std::string& regex = usual());
  ~PlaceholderFinder();
  PlaceholderFinder(PlaceholderFinder&&) noexcept;
  PlaceholderFinder& operator=(PlaceholderFinder&&) noexcept;

  /// The matches in `text` (UTF-8) that are not empty, in order; none overlaps another. Throws std::runtime_error where
  /// the expression takes so long that it would stop a run.
  std::vector<TextRange> find(std::string_view text) const;

 private:
  struct Pattern;
  std::unique_ptr<const Pattern> pattern_;
};

}  // namespace dragoman
