#pragma once

#include "tokenizer/text_codec.h"

#include <memory>

namespace dragoman {

class SentencePieceModel;

/// The pieces of a SentencePiece model with its own ids. A model without pad, bos or eos has them appended behind its
/// last piece, in this order.
class SentencePieceCodec : public TextCodec {
 public:
  explicit SentencePieceCodec(std::shared_ptr<const SentencePieceModel> model);

  std::vector<CodecFileView> files() const override;
  std::int32_t vocabulary_size() const override { return vocabulary_size_; }
  SpecialIds special_ids() const override { return special_; }
  std::vector<std::int32_t> encode(std::string_view text) const override;
  std::vector<std::string> encode_as_pieces(std::string_view text) const override;
  std::vector<TextRange> encoded_ranges(std::string_view text) const override;
  CharacterCounts count_characters(std::string_view text) const override;
  std::string decode(std::span<const std::int32_t> ids) const override;
  std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const override;
  std::string piece(std::int32_t id) const override;
  bool is_text(std::int32_t id) const override;
  Segmentation segmentation() const override;
  float score(std::int32_t id) const override;

 private:
  void check(std::int32_t id) const;
  bool is_special(std::int32_t id) const { return id == special_.pad || id == special_.bos || id == special_.eos; }
  std::vector<int> without_special(std::span<const std::int32_t> ids) const;

  std::shared_ptr<const SentencePieceModel> model_;
  std::int32_t pieces_ = 0;           // in the SentencePiece model itself
  std::int32_t vocabulary_size_ = 0;  // with the special ids appended
  SpecialIds special_;
};

}  // namespace dragoman
