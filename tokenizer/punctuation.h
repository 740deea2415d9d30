#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace dragoman {

/// Punctuation in the plain forms that Moses' scripts replace-unicode-punctuation and normalize-punctuation give it,
/// and no control characters: OPUS-MT's models have learned from such text. Straight quotation marks and hyphens, ASCII
/// for full-width marks, no spaces where English has none. Equal to MosesPunctNormalizer of sacremoses 0.2 with
/// pre_replace_unicode_punct and post_remove_control_chars. Safe to share between threads.
class PunctuationNormaliser {
 public:
  /// language: of the text, "de" or as models spell it; what quotation marks and numbers look like depends on it.
  explicit PunctuationNormaliser(std::string_view language);
  ~PunctuationNormaliser();
  PunctuationNormaliser(PunctuationNormaliser&&) noexcept;
  PunctuationNormaliser& operator=(PunctuationNormaliser&&) noexcept;

  /// `text` in UTF-8; what is ill-formed in it becomes U+FFFD.
  std::string operator()(std::string_view text) const;

 private:
  class Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace dragoman
