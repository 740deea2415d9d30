#pragma once

#include "base/parallel.h"
#include "tokenizer/text_codec.h"
#include "tokenizer/token_order.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// Raw text to ids and back, by one TextCodec or another. Immutable and safe to use from several threads; copies share
/// one codec.
///
/// What a round trip keeps is the codec's to say. The SentencePiece models that Dragoman trains apply the nmt_nfkc
/// rules: compatibility characters take their plain form (a ligature its letters, "…" three dots, a no-break space a
/// space), control characters vanish, runs of white space become one space, and white space at the ends is dropped.
/// Letters, accents, case, quotation marks and all other spacing come back as they were.
class Tokenizer {
 public:
  /// Reads a SentencePiece .model file or a Vocabulary, which makes tokens of what white space separates. Throws
  /// std::runtime_error naming it if it is missing or neither.
  static Tokenizer load(const std::filesystem::path& path);

  /// The same from the file's contents; errors begin with `name_for_errors`.
  static Tokenizer from_bytes(std::string bytes, const std::string& name_for_errors);

  /// From what files() gave: a SentencePiece model, a vocabulary, or the vocabulary that has the ids of pieces with the
  /// model or the merges that make them. Errors begin with `name_for_errors` and the file's extension.
  static Tokenizer from_files(std::vector<CodecFile> files, const std::string& name_for_errors);

  /// The same text codec, with the tokens of each text in `order`: encode() gives them so, decode() takes them so.
  /// Files know of no order, and what is read from them is left to right.
  Tokenizer in_order(TokenOrder order) const;
  TokenOrder order() const { return order_; }

  /// What it is made of, to be stored as it is.
  std::vector<CodecFile> files() const;

  /// Whether both are made of the same, in whichever order.
  bool has_files_of(const Tokenizer& other) const;

  /// Of the bytes of all files.
  std::uint32_t checksum() const;

  /// Number of ids, i.e. rows of an embedding table.
  std::int32_t vocabulary_size() const { return codec_->vocabulary_size(); }
  SpecialIds special_ids() const { return codec_->special_ids(); }

  /// Ids of `text` without bos and eos; empty for blank text, unless the pieces are bytes'. Ill-formed UTF-8 is read as
  /// U+FFFD.
  std::vector<std::int32_t> encode(std::string_view text) const { return ordered(codec_->encode(text)); }
  std::vector<std::vector<std::int32_t>> encode(std::span<const std::string> lines, const ParallelLoop& loop) const;

  /// The pieces of `text` as in piece(); what is unknown stands for itself.
  std::vector<std::string> encode_as_pieces(std::string_view text) const {
    return ordered(codec_->encode_as_pieces(text));
  }

  /// Where in `text` each token of encode(text) has its characters; empty where the token stands for none of them.
  /// White space goes with the token behind it.
  std::vector<TextRange> encoded_ranges(std::string_view text) const { return ordered(codec_->encoded_ranges(text)); }

  /// Text of which much is unknown is in a language, or a script, that the model has never seen.
  CharacterCounts count_characters(std::string_view text) const { return codec_->count_characters(text); }

  /// How many tokens at the beginning of encode(text) tell the model what to do, the language to translate into, rather
  /// than stand for something to be translated. They belong before each part of a text that is cut. None where the
  /// last token is the first.
  std::size_t count_instructions(std::string_view text) const;

  /// Detokenised text, valid UTF-8. pad, bos and eos are skipped wherever they stand; unk becomes " ⁇ " as
  /// SentencePiece has it, or <unk> among words. Throws std::out_of_range for an id outside [0, vocabulary_size()).
  std::string decode(std::span<const std::int32_t> ids) const;

  /// Where in decode(ids) each of `ids` has its characters; empty where it has none.
  std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const;

  /// The piece as its vocabulary writes it: "▁" is a space in SentencePiece's, "Ġ" in those of bytes. Throws
  /// std::out_of_range as decode() does.
  std::string piece(std::int32_t id) const { return codec_->piece(id); }

  /// The characters that it stands for, of which the first may be "▁" for a space. It may begin or end within one.
  std::string surface(std::int32_t id) const { return codec_->surface(id); }

  Segmentation segmentation() const { return codec_->segmentation(); }

  /// Whether `id` stands for the text of its piece: it is not special, unknown, unused or a byte.
  bool is_text(std::int32_t id) const { return codec_->is_text(id); }

  /// Of a piece that is_text(): unigram: its log-probability; BPE: the larger, the earlier the merge that makes it.
  float score(std::int32_t id) const { return codec_->score(id); }

 private:
  explicit Tokenizer(std::shared_ptr<const TextCodec> codec) : codec_(std::move(codec)) {}

  // From one order into the other, and back.
  template <typename Value>
  std::vector<Value> ordered(std::vector<Value> tokens) const {
    if (order_ == TokenOrder::right_to_left) std::ranges::reverse(tokens);
    return tokens;
  }

  std::shared_ptr<const TextCodec> codec_;
  TokenOrder order_ = TokenOrder::left_to_right;
};

}  // namespace dragoman
