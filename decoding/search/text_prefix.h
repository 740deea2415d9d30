#pragma once

#include "decoding/search/constraint.h"
#include "tokenizer/token_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What the tokens of a vocabulary are spelt like. What goes on with a word is said of ids one behind the other: right
/// to left, the one behind stands before the other in the text.
class VocabularyText {
 public:
  /// surfaces: of each id; empty: it stands for no text.
  explicit VocabularyText(std::vector<std::string> surfaces, TokenOrder order = TokenOrder::left_to_right);

  const std::string& of(std::int32_t id) const { return surfaces_[static_cast<std::size_t>(id)]; }

  /// The ids by which `rest`, which is not empty, can begin: `rest` begins with their text, or their text with `rest`.
  std::vector<std::int32_t> spelling(std::string_view rest) const;

  /// Whether a letter behind it would go on with what the id ends with.
  bool ends_in_word(std::int32_t id) const { return ends_in_word_[static_cast<std::size_t>(id)] != 0; }
  /// Whether the id goes on with a word that a letter ends before it.
  bool is_inside_words(std::int32_t id) const { return std::ranges::binary_search(inside_words_, id); }
  /// Forbids the ids that go on with words.
  void forbid_inside_words(AllowedIds& allowed) const { allowed.forbid(inside_words_); }

 private:
  std::vector<std::string> surfaces_;
  std::vector<std::int32_t> sorted_;        // ids that stand for text, by it
  std::vector<std::int32_t> inside_words_;  // ascending
  std::vector<std::uint8_t> ends_in_word_;
};

/// A translation begins with some ids, and then with some text, however it is spelt: what is behind the text may be the
/// rest of a word. What it asks for is allowed whatever the constraints before it say.
class TextPrefix : public Constraint {
 public:
  struct Parts {
    std::vector<std::int32_t> ids;
    std::string text = {};         ///< as VocabularyText spells it
    std::string text_or_end = {};  ///< behind it this comes, or the end of the sentence
    bool is_all = false;           ///< nothing comes behind it
    bool ends_word = false;        ///< what comes behind the text does not go on with its last word
  };

  /// vocabulary: must outlive the constraint.
  TextPrefix(Parts parts, std::int32_t eos, const VocabularyText& vocabulary);

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;
  bool is_met(std::span<const std::int32_t> prefix) const override;

  /// What `prefix` has behind the text; nothing if it does not have all of it.
  std::optional<std::string> text_behind(std::span<const std::int32_t> prefix) const;
  const VocabularyText& vocabulary() const { return vocabulary_; }

 private:
  // Behind the ids, which prefix has.
  std::string spelt_by(std::span<const std::int32_t> prefix) const;

  Parts parts_;
  std::int32_t eos_;
  const VocabularyText& vocabulary_;
};

}  // namespace dragoman
