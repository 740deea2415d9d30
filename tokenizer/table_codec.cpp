#include "tokenizer/table_codec.h"

#include "tokenizer/sentencepiece_model.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

TableCodec::TableCodec(std::shared_ptr<const SentencePieceModel> model, std::string vocabulary,
                       const std::string& name_for_errors)
    : model_(std::move(model)), vocabulary_(std::move(vocabulary), name_for_errors) {
  const auto& processor = model_->processor();
  for (int id = 0; id < processor.GetPieceSize(); ++id)
    ids_.push_back(processor.IsUnknown(id) ? special_ids().unk : vocabulary_.id_of(processor.IdToPiece(id)));
}

std::vector<CodecFile> TableCodec::files() const {
  return {{std::string(kSentencePieceFile), model_->bytes()}, {std::string(kVocabularyFile), vocabulary_.text()}};
}

std::vector<std::int32_t> TableCodec::encode(std::string_view text) const {
  std::vector<std::int32_t> ids;
  for (const int id : model_->encode(text)) ids.push_back(ids_[static_cast<std::size_t>(id)]);
  return ids;
}

std::vector<std::string> TableCodec::encode_as_pieces(std::string_view text) const {
  return model_->encode_as_pieces(text);
}

std::vector<TextRange> TableCodec::encoded_ranges(std::string_view text) const {
  return model_->encoded_ranges(text);
}

CharacterCounts TableCodec::count_characters(std::string_view text) const {
  const auto is_unknown = [&](int id) { return ids_[static_cast<std::size_t>(id)] == special_ids().unk; };
  return model_->count_characters(text, is_unknown);
}

// The model's own id of a token, or that of its unknown piece.
int TableCodec::model_id(std::int32_t id) const {
  return model_->processor().PieceToId(vocabulary_.token(id));
}

// What SentencePiece writes for them; a token that is no piece of the model stands for itself.
std::vector<std::string> TableCodec::pieces_of(std::span<const std::int32_t> ids) const {
  const auto& processor = model_->processor();
  std::vector<std::string> pieces;
  for (const std::int32_t id : ids) {
    if (vocabulary_.is_special(id)) continue;
    pieces.push_back(id == special_ids().unk ? processor.IdToPiece(processor.unk_id()) : piece(id));
  }
  return pieces;
}

std::string TableCodec::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  require_ok(model_->processor().Decode(pieces_of(ids), &text), "decode");
  return text;
}

std::vector<TextRange> TableCodec::decoded_ranges(std::span<const std::int32_t> ids) const {
  sentencepiece::ImmutableSentencePieceText decoded;
  require_ok(model_->processor().Decode(pieces_of(ids), decoded.mutable_proto()), "decode");
  std::vector<bool> special;
  for (const std::int32_t id : ids) special.push_back(vocabulary_.is_special(id));
  return ranges_in(decoded, special);
}

bool TableCodec::is_text(std::int32_t id) const {
  return !vocabulary_.is_special(id) && id != special_ids().unk && model_->is_text(model_id(id));
}

Segmentation TableCodec::segmentation() const {
  return model_->segmentation();
}

float TableCodec::score(std::int32_t id) const {
  if (!is_text(id)) throw std::invalid_argument(fmt::format("token id {} stands for no text and has no score", id));
  return model_->processor().GetScore(model_id(id));
}

}  // namespace dragoman
