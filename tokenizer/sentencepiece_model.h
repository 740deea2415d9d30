#pragma once

#include "tokenizer/text_codec.h"

#include <functional>
#include <sentencepiece_processor.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A SentencePiece model as the codecs use it: its errors are exceptions.
class SentencePieceModel {
 public:
  /// Throws std::runtime_error, beginning with `name_for_errors`, if `bytes` are no SentencePiece model.
  SentencePieceModel(std::string bytes, const std::string& name_for_errors);

  const std::string& bytes() const { return bytes_; }
  const sentencepiece::SentencePieceProcessor& processor() const { return processor_; }
  Segmentation segmentation() const { return segmentation_; }

  std::vector<int> encode(std::string_view text) const;
  std::vector<std::string> encode_as_pieces(std::string_view text) const;
  std::vector<TextRange> encoded_ranges(std::string_view text) const;

  /// Unknown are the characters of the pieces that is_unknown() says so of, by the model's own id and the piece as it
  /// is in encode_as_pieces().
  CharacterCounts count_characters(std::string_view text,
                                   const std::function<bool(int, std::string_view)>& is_unknown) const;

  /// Whether the model's own id stands for the text of its piece.
  bool is_text(int id) const;

 private:
  sentencepiece::ImmutableSentencePieceText encode_with_text(std::string_view text) const;

  std::string bytes_;
  sentencepiece::SentencePieceProcessor processor_;
  Segmentation segmentation_ = Segmentation::other;
};

/// Throws std::runtime_error that says what SentencePiece cannot do, unless `status` is good.
void require_ok(const sentencepiece::util::Status& status, const char* what);

/// Where each id has its characters in what was decoded from those of them that are not special.
std::vector<TextRange> ranges_in(const sentencepiece::ImmutableSentencePieceText& decoded,
                                 const std::vector<bool>& is_special);

}  // namespace dragoman
