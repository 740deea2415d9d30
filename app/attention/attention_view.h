#pragma once

#include "base/enum_names.h"
#include "decoding/alignment/attention_maps.h"
#include "decoding/alignment/word_alignment.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Of the options and of JSON.
template <>
inline constexpr auto kEnumNames<AttentionSite::Kind> =
    enum_names<AttentionSite::Kind>({{AttentionSite::Kind::encoder_self, "encoder-self"},
                                     {AttentionSite::Kind::decoder_self, "decoder-self"},
                                     {AttentionSite::Kind::cross, "cross"}});

/// A pair of sentences, with what the attentions of a model gave it.
struct AttendedPair {
  std::int64_t line = 0;  ///< of the files, from 1
  std::string source, target;

  // As SentencePiece writes them; unknown characters of a given text stand for themselves.
  std::vector<std::string> source_tokens;  ///< the end of the sentence included
  std::vector<std::string> target_tokens;  ///< what the decoder predicts: the end of the sentence included
  std::vector<std::string> read_tokens;    ///< what it has read before: the start token, then the target

  TokensOfWords source_words, target_words;
  std::vector<AttentionMap> maps;

  /// Of two lines one at least has no visible text: the model has not read them, and there are no tokens.
  bool is_blank() const { return source_tokens.empty(); }
};

/// The tokens that ask in an attention of this kind, and those that are looked at.
std::span<const std::string> query_tokens(const AttendedPair& pair, AttentionSite::Kind kind);
std::span<const std::string> key_tokens(const AttendedPair& pair, AttentionSite::Kind kind);

/// The map of a site; null if the model has none there.
const AttentionMap* find_map(const AttendedPair& pair, const AttentionSite& site);

/// A line of JSON: the tokens, and all weights with the entropy of each head.
std::string attention_json(const AttendedPair& pair);

/// The pair, and below it each target word with the source word that has most of its attention.
std::string alignment_text(const AttendedPair& pair, const WordWeights& weights);

/// What a page needs of a pair, as JSON: weights to one per cent.
std::string attention_page_data(const AttendedPair& pair);

/// A self-contained page of HTML for pairs that are attention_page_data() each. `opened`: what it shows at first.
std::string attention_page(std::span<const std::string> pairs, const std::string& model, const AttentionSite& opened,
                           std::optional<int> head);

/// The heat map of one attention as an SVG image that stands alone. weights: [T, S]
std::string attention_svg(const torch::Tensor& weights, std::span<const std::string> queries,
                          std::span<const std::string> keys, const std::string& title);

}  // namespace dragoman
