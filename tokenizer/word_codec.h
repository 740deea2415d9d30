#pragma once

#include "tokenizer/text_codec.h"
#include "tokenizer/vocabulary.h"

#include <memory>
#include <string>

namespace dragoman {

/// Text whose tokens are separated by white space already, by a vocabulary of them. Text comes back with one space
/// between two tokens; a token that the vocabulary lacks comes back as <unk>.
class WordCodec : public TextCodec {
 public:
  explicit WordCodec(std::string vocabulary, const std::string& name_for_errors);

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
  Vocabulary vocabulary_;
};

}  // namespace dragoman
