#pragma once

#include "formats/model_directory.h"
#include "model/model_config.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dragoman {

/// The tokenizers in a form that transformers loads by itself.
struct ExportedTokenizer {
  nlohmann::ordered_json config;             ///< tokenizer_config.json
  std::map<std::string, std::string> files;  ///< the others by name
};

/// MarianTokenizer, which runs SentencePiece itself and takes a vocabulary in any order, for whichever network; of
/// models that need the languages named, M2M100Tokenizer, NllbTokenizer, MBartTokenizer or MBart50Tokenizer. Throws
/// std::runtime_error naming what these have no form for.
ExportedTokenizer exported_tokenizer(const ModelConfig& config, const Tokenizers& tokenizers,
                                     std::string_view model_type);

/// The tokenizer.json of a SentencePiece model by byte-pair encoding whose pieces have the ids that `tokenizer` says;
/// of the other tokens of it those in `special` are never made of text.
std::string bpe_tokenizer_json(const Tokenizer& tokenizer, const std::vector<std::int32_t>& special);

}  // namespace dragoman
