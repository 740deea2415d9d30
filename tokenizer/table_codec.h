#pragma once

#include "tokenizer/text_codec.h"
#include "tokenizer/vocabulary.h"

#include <memory>
#include <string>

namespace dragoman {

class SentencePieceModel;

/// The pieces of a SentencePiece model under the ids of a vocabulary, as MarianMT and M2M100 have them. A piece that
/// the vocabulary lacks is unknown; what the model does not know, but the vocabulary has, is not.
///
/// Where the vocabulary has tokens such as >>fra<<, what a text begins with from ">>" to "<<" is one token, an
/// instruction, and no text (MarianTokenizer of transformers). Tokens such as <2fr> are pieces of the model; at the
/// beginning they are instructions, too (MADLAD-400). Text that comes back neither begins nor ends with spaces.
class TableCodec : public TextCodec {
 public:
  TableCodec(std::shared_ptr<const SentencePieceModel> model, std::string vocabulary,
             const std::string& name_for_errors);

  std::vector<CodecFileView> files() const override;
  std::int32_t vocabulary_size() const override { return vocabulary_.size(); }
  SpecialIds special_ids() const override { return vocabulary_.special_ids(); }
  std::vector<std::int32_t> encode(std::string_view text) const override;
  std::vector<std::string> encode_as_pieces(std::string_view text) const override;
  std::vector<TextRange> encoded_ranges(std::string_view text) const override;
  CharacterCounts count_characters(std::string_view text) const override;
  std::size_t count_instructions(std::string_view text) const override;
  std::string decode(std::span<const std::int32_t> ids) const override;
  std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const override;
  std::string piece(std::int32_t id) const override { return std::string(vocabulary_.token(id)); }
  bool is_text(std::int32_t id) const override;
  Segmentation segmentation() const override;
  float score(std::int32_t id) const override;

 private:
  std::string_view instruction(std::string_view text) const;
  std::int32_t id_of(int own, std::string_view piece) const;
  int model_id(std::int32_t id) const;
  std::vector<std::string> pieces_of(std::span<const std::int32_t> ids) const;

  std::shared_ptr<const SentencePieceModel> model_;
  Vocabulary vocabulary_;
  std::vector<std::int32_t> ids_;                          // by the model's own
  bool has_instructions_ = false, has_languages_ = false;  // like >>fra<<, like <2fr>
};

}  // namespace dragoman
