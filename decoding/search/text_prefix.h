#pragma once

#include "decoding/search/constraint.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What the tokens of a vocabulary are spelt like.
class VocabularyText {
 public:
  /// surfaces: of each id; empty: it stands for no text.
  explicit VocabularyText(std::vector<std::string> surfaces);

  const std::string& of(std::int32_t id) const { return surfaces_[static_cast<std::size_t>(id)]; }

  /// The ids by which `rest`, which is not empty, can begin: `rest` begins with their text, or their text with `rest`.
  std::vector<std::int32_t> spelling(std::string_view rest) const;

 private:
  std::vector<std::string> surfaces_;
  std::vector<std::int32_t> sorted_;  // ids that stand for text, by it
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
  };

  /// vocabulary: must outlive the constraint.
  TextPrefix(Parts parts, std::int32_t eos, const VocabularyText& vocabulary);

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;
  bool is_met(std::span<const std::int32_t> prefix) const override;

 private:
  // What is still to be spelt of the texts; prefix has the ids.
  std::string rest_behind(std::span<const std::int32_t> prefix) const;

  Parts parts_;
  std::int32_t eos_;
  const VocabularyText& vocabulary_;
};

}  // namespace dragoman
