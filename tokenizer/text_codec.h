#pragma once

#include "tokenizer/model_file.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/text_range.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The visible characters of a text, and those of them that no piece of a model stands for.
struct CharacterCounts {
  std::size_t visible = 0;
  std::size_t unknown = 0;
};

/// A file that a codec is made of: what its name ends with in a model directory, and what it holds.
struct CodecFile {
  std::string extension;
  std::string bytes;

  bool operator==(const CodecFile&) const = default;
};

/// The same without the bytes: those of a codec, as long as it lives.
struct CodecFileView {
  std::string_view extension, bytes;

  bool operator==(const CodecFileView&) const = default;
};

inline constexpr std::string_view kSentencePieceFile = ".spm", kMergesFile = ".merges", kVocabularyFile = ".vocabulary";
inline constexpr std::array kCodecFiles = {kSentencePieceFile, kMergesFile, kVocabularyFile};

/// A way from text to ids and back. Immutable and safe to use from several threads. Ids outside [0, vocabulary_size())
/// throw std::out_of_range. What each function means, Tokenizer says.
class TextCodec {
 public:
  virtual ~TextCodec() = default;

  virtual std::vector<CodecFileView> files() const = 0;

  virtual std::int32_t vocabulary_size() const = 0;
  virtual SpecialIds special_ids() const = 0;

  virtual std::vector<std::int32_t> encode(std::string_view text) const = 0;
  virtual std::vector<std::string> encode_as_pieces(std::string_view text) const = 0;
  virtual std::vector<TextRange> encoded_ranges(std::string_view text) const = 0;
  virtual CharacterCounts count_characters(std::string_view text) const = 0;
  virtual std::size_t count_instructions(std::string_view /*text*/) const { return 0; }

  virtual std::string decode(std::span<const std::int32_t> ids) const = 0;
  virtual std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const = 0;

  virtual std::string piece(std::int32_t id) const = 0;
  virtual std::string surface(std::int32_t id) const { return piece(id); }
  virtual bool is_text(std::int32_t id) const = 0;

  virtual Segmentation segmentation() const { return Segmentation::other; }
  /// Of a piece that is_text().
  virtual float score(std::int32_t id) const = 0;
};

}  // namespace dragoman
