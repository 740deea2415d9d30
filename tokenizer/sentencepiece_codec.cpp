#include "tokenizer/sentencepiece_codec.h"

#include "tokenizer/sentencepiece_model.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

SentencePieceCodec::SentencePieceCodec(std::shared_ptr<const SentencePieceModel> model) : model_(std::move(model)) {
  const auto& processor = model_->processor();
  pieces_ = vocabulary_size_ = processor.GetPieceSize();
  const auto own_or_appended = [&](int own) { return own >= 0 ? own : vocabulary_size_++; };
  special_.pad = own_or_appended(processor.pad_id());
  special_.bos = own_or_appended(processor.bos_id());
  special_.eos = own_or_appended(processor.eos_id());
  special_.unk = processor.unk_id();
}

std::vector<CodecFileView> SentencePieceCodec::files() const {
  return {{kSentencePieceFile, model_->bytes()}};
}

void SentencePieceCodec::check(std::int32_t id) const {
  if (id < 0 || id >= vocabulary_size_)
    throw std::out_of_range(fmt::format("token id {} is outside the vocabulary of {}", id, vocabulary_size_));
}

std::vector<int> SentencePieceCodec::without_special(std::span<const std::int32_t> ids) const {
  std::vector<int> pieces;
  pieces.reserve(ids.size());
  for (const std::int32_t id : ids) {
    check(id);
    if (!is_special(id)) pieces.push_back(id);
  }
  return pieces;
}

std::vector<std::int32_t> SentencePieceCodec::encode(std::string_view text) const {
  return model_->encode(text);
}

std::vector<std::string> SentencePieceCodec::encode_as_pieces(std::string_view text) const {
  return model_->encode_as_pieces(text);
}

std::vector<TextRange> SentencePieceCodec::encoded_ranges(std::string_view text) const {
  return model_->encoded_ranges(text);
}

CharacterCounts SentencePieceCodec::count_characters(std::string_view text) const {
  return model_->count_characters(text, [&](int id, std::string_view) { return id == special_.unk; });
}

std::string SentencePieceCodec::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  require_ok(model_->processor().Decode(without_special(ids), &text), "decode");
  return text;
}

std::vector<TextRange> SentencePieceCodec::decoded_ranges(std::span<const std::int32_t> ids) const {
  sentencepiece::ImmutableSentencePieceText decoded;
  require_ok(model_->processor().Decode(without_special(ids), decoded.mutable_proto()), "decode");
  std::vector<bool> special;
  for (const std::int32_t id : ids) special.push_back(is_special(id));
  return ranges_in(decoded, special);
}

std::string SentencePieceCodec::piece(std::int32_t id) const {
  check(id);
  if (id < pieces_) return model_->processor().IdToPiece(id);
  return id == special_.pad ? "<pad>" : id == special_.bos ? "<s>" : "</s>";
}

bool SentencePieceCodec::is_text(std::int32_t id) const {
  check(id);
  return id < pieces_ && !is_special(id) && model_->is_text(id);
}

Segmentation SentencePieceCodec::segmentation() const {
  return model_->segmentation();
}

float SentencePieceCodec::score(std::int32_t id) const {
  if (!is_text(id)) throw std::invalid_argument(fmt::format("token id {} stands for no text and has no score", id));
  return model_->processor().GetScore(id);
}

}  // namespace dragoman
