#pragma once

#include "tokenizer/special_ids.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// A list of tokens, of which each has its place as its id: a text file with one token a line. </s> and <unk> are among
/// them; <s> and <pad> may be.
class Vocabulary {
 public:
  /// Throws std::runtime_error, beginning with `name_for_errors` and naming the line, where a token is empty, there
  /// twice, holds white space, or where one of these two is missing.
  Vocabulary(std::string text, const std::string& name_for_errors);
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  /// Whether `bytes` are meant to be one: text with a line "<unk>".
  static bool recognises(std::string_view bytes);

  const std::string& text() const { return text_; }
  std::int32_t size() const { return static_cast<std::int32_t>(tokens_.size()); }
  const SpecialIds& special_ids() const { return special_; }

  /// The id of unk for a token that is not there.
  std::int32_t id_of(std::string_view token) const;
  /// Throws std::out_of_range for an id outside [0, size()).
  std::string_view token(std::int32_t id) const;
  /// Whether the id is that of pad, bos or eos; throws as token() does.
  bool is_special(std::int32_t id) const;

 private:
  std::string text_;
  std::vector<std::string_view> tokens_;  // of text_
  std::unordered_map<std::string_view, std::int32_t> ids_;
  SpecialIds special_;
};

}  // namespace dragoman
