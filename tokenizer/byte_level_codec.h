#pragma once

#include "tokenizer/pair_merges.h"
#include "tokenizer/text_codec.h"
#include "tokenizer/vocabulary.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// Byte-pair encoding of the bytes of words, as BART's and GPT-2's tokenizers have it: nothing is unknown, and text
/// comes back as it was. With merges that ask for a space before each text one is put there if there is none, and taken
/// away from text that comes back. Tokens that were added are taken from text as a whole, of those that begin at one
/// place the longest. Bytes that are no UTF-8 together come back as U+FFFD, <mask> as nothing.
class ByteLevelCodec : public TextCodec {
 public:
  /// Throws std::runtime_error, beginning with `name_for_errors` and the file's extension, unless the vocabulary has
  /// all bytes and what the merges make of them.
  ByteLevelCodec(std::string merges, std::string vocabulary, const std::string& name_for_errors);

  std::vector<CodecFileView> files() const override;
  std::int32_t vocabulary_size() const override { return vocabulary_.size(); }
  SpecialIds special_ids() const override { return vocabulary_.special_ids(); }
  std::vector<std::int32_t> encode(std::string_view text) const override;
  std::vector<std::string> encode_as_pieces(std::string_view text) const override;
  std::vector<TextRange> encoded_ranges(std::string_view text) const override;
  CharacterCounts count_characters(std::string_view text) const override;
  std::string decode(std::span<const std::int32_t> ids) const override;
  std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const override;
  std::string piece(std::int32_t id) const override { return std::string(vocabulary_.token(id)); }
  std::string surface(std::int32_t id) const override;
  bool is_text(std::int32_t id) const override;
  float score(std::int32_t id) const override;

 private:
  // A token that was added, where it is found in a text.
  struct Found {
    std::size_t begin;
    const std::pair<std::string, std::int32_t>* token;
  };

  void find_added_tokens(const std::string& name_for_errors);
  Found next_added_token(std::string_view text, std::size_t from) const;
  void encode_words(std::string_view text, std::vector<std::int32_t>& to) const;
  bool needs_space(std::string_view text) const;
  bool is_silent(std::int32_t id) const;
  std::string bytes_of(std::int32_t id) const;
  std::string joined(std::span<const std::int32_t> ids) const;

  Vocabulary vocabulary_;
  PairMerges merges_;
  std::array<std::int32_t, 256> byte_ids_{};
  std::vector<std::pair<std::string, std::int32_t>> added_tokens_;  // the longest first
  std::array<bool, 256> begins_added_token_{};                      // by the first byte
};

}  // namespace dragoman
