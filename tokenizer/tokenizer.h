#pragma once

#include "tokenizer/model_file.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/text_range.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
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

/// Raw text to ids and back, by a SentencePiece model. Immutable and safe to use from several threads; copies share one
/// model.
///
/// What a round trip keeps is the model's to say. Those that Dragoman trains apply SentencePiece's nmt_nfkc rules:
/// compatibility characters take their plain form (a ligature its letters, "…" three dots, a no-break space a space),
/// control characters vanish, runs of white space become one space, and white space at the ends is dropped. Letters,
/// accents, case, quotation marks and all other spacing come back as they were.
class Tokenizer {
 public:
  /// Reads a SentencePiece .model file. Throws std::runtime_error naming it if it is missing or no SentencePiece model.
  static Tokenizer load(const std::filesystem::path& path);

  /// The same from the file's contents; errors begin with `name_for_errors`.
  static Tokenizer from_bytes(std::string model, const std::string& name_for_errors);

  /// Number of ids, i.e. rows of an embedding table. A model without pad, bos or eos has them appended behind its last
  /// piece (in this order), and they are counted here.
  std::int32_t vocabulary_size() const;
  SpecialIds special_ids() const;

  /// The contents of the .model file, to be stored as they are.
  const std::string& bytes() const;

  /// Ids of `text` without bos and eos; empty for blank text. Ill-formed UTF-8 is read as U+FFFD.
  std::vector<std::int32_t> encode(std::string_view text) const;
  std::vector<std::vector<std::int32_t>> encode(std::span<const std::string> lines, int threads) const;

  /// The pieces of `text` as SentencePiece writes them ("▁" is a space); unknown characters stand for themselves.
  std::vector<std::string> encode_as_pieces(std::string_view text) const;

  /// Where in `text` each token of encode(text) has its characters; empty where the token stands for none of them.
  /// White space goes with the token behind it.
  std::vector<TextRange> encoded_ranges(std::string_view text) const;

  /// Text of which much is unknown is in a language, or a script, that the model has never seen.
  CharacterCounts count_characters(std::string_view text) const;

  /// Detokenised text, valid UTF-8. pad, bos and eos are skipped wherever they stand; unk becomes " ⁇ ", as
  /// SentencePiece has it. Throws std::out_of_range for an id outside [0, vocabulary_size()).
  std::string decode(std::span<const std::int32_t> ids) const;

  /// Where in decode(ids) each of `ids` has its characters; empty where it has none.
  std::vector<TextRange> decoded_ranges(std::span<const std::int32_t> ids) const;

  /// The piece as SentencePiece writes it ("▁" is a space). Throws std::out_of_range as decode() does.
  std::string piece(std::int32_t id) const;

  Segmentation segmentation() const;

  /// Whether `id` stands for the text of its piece: it is not special, unknown, unused or a byte.
  bool is_text(std::int32_t id) const;

  /// Of a piece that is_text(): unigram: its log-probability; BPE: the larger, the earlier the merge that makes it.
  float score(std::int32_t id) const;

 private:
  struct Model;
  explicit Tokenizer(std::shared_ptr<const Model> model);

  std::shared_ptr<const Model> model_;
};

}  // namespace dragoman
