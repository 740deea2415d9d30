#include "tokenizer/sentencepiece_model.h"

#include "base/utf8.h"

#include <exception>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// SentencePiece says most of what is wrong by its status, but not all.
bool loads(sentencepiece::SentencePieceProcessor& processor, const std::string& bytes) {
  try {
    return processor.LoadFromSerializedProto(bytes).ok();
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

void require_ok(const sentencepiece::util::Status& status, const char* what) {
  if (!status.ok()) throw std::runtime_error(fmt::format("SentencePiece cannot {}: {}", what, status.ToString()));
}

SentencePieceModel::SentencePieceModel(std::string bytes, const std::string& name_for_errors)
    : bytes_(std::move(bytes)) {
  const ModelFileFacts facts = read_model_file(bytes_);
  if (!facts.complete || !loads(processor_, bytes_)) {
    throw std::runtime_error(
        fmt::format("{}: not a SentencePiece model, or damaged; name a .model or .spm file", name_for_errors));
  }
  segmentation_ = facts.segmentation;
}

sentencepiece::ImmutableSentencePieceText SentencePieceModel::encode_with_text(std::string_view text) const {
  sentencepiece::ImmutableSentencePieceText encoded;
  require_ok(processor_.Encode(text, encoded.mutable_proto()), "encode a line");
  return encoded;
}

std::vector<int> SentencePieceModel::encode(std::string_view text) const {
  std::vector<int> ids;
  require_ok(processor_.Encode(text, &ids), "encode a line");
  return ids;
}

std::vector<std::string> SentencePieceModel::encode_as_pieces(std::string_view text) const {
  std::vector<std::string> pieces;
  require_ok(processor_.Encode(text, &pieces), "encode a line");
  return pieces;
}

std::vector<TextRange> SentencePieceModel::encoded_ranges(std::string_view text) const {
  const sentencepiece::ImmutableSentencePieceText encoded = encode_with_text(text);
  std::vector<TextRange> ranges;
  ranges.reserve(encoded.pieces_size());
  for (const auto& piece : encoded.pieces()) ranges.push_back({piece.begin(), piece.end()});
  return ranges;
}

CharacterCounts SentencePieceModel::count_characters(
    std::string_view text, const std::function<bool(int, std::string_view)>& is_unknown) const {
  CharacterCounts counts{count_visible(text), 0};
  const sentencepiece::ImmutableSentencePieceText encoded = encode_with_text(text);
  for (const auto& piece : encoded.pieces()) {
    if (is_unknown(static_cast<int>(piece.id()), piece.piece())) counts.unknown += count_visible(piece.surface());
  }
  return counts;
}

bool SentencePieceModel::is_text(int id) const {
  return !processor_.IsControl(id) && !processor_.IsUnknown(id) && !processor_.IsUnused(id) && !processor_.IsByte(id);
}

std::vector<TextRange> ranges_in(const sentencepiece::ImmutableSentencePieceText& decoded,
                                 const std::vector<bool>& is_special) {
  std::vector<TextRange> ranges;
  std::size_t next = 0, end = 0;
  for (const bool special : is_special) {
    if (special) {
      ranges.push_back({end, end});
    } else {
      const auto piece = decoded.pieces(static_cast<int>(next++));
      end = piece.end();
      ranges.push_back({piece.begin(), end});
    }
  }
  return ranges;
}

}  // namespace dragoman
