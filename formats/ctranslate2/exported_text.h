#pragma once

#include "formats/model_directory.h"
#include "formats/safetensors.h"
#include "model/model_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// What a text is to a model that goes to CTranslate2, which puts no more around it than <s> and </s> by itself. Models
/// that go as transformers' do, those of several languages among them, are given all tokens by whoever translates, as
/// CTranslate2's converter of these wants it.
struct ExportedText {
  bool source_bos = false, source_eos = false;  ///< whether CTranslate2 puts these around a source

  /// Translations begin with a language that whoever translates names.
  bool names_start = false;

  /// The target's last token is padding, whose embedding of zeros is what decoders begin with: it is left out, since
  /// CTranslate2 begins with zeros if it is told to, and would produce the token. MarianMT's models have it.
  bool drops_padding = false;

  bool one_vocabulary = true;  ///< for both sides, whatever makes their pieces
  std::int32_t source_size = 0, target_size = 0;
};

ExportedText exported_text(const ModelConfig& config, const SafetensorsFile& weights, const Tokenizers& tokenizers);

/// config.json of CTranslate2.
std::string exported_config(const ModelConfig& config, const ExportedText& text, const Tokenizer& target);

/// The pieces by id as JSON, of `size` of them.
std::string exported_vocabulary(const Tokenizer& tokenizer, std::int32_t size);

/// For whoever is to feed the model, a line each.
std::vector<std::string> exported_usage(const ModelConfig& config, const ExportedText& text,
                                        const Tokenizers& tokenizers);

}  // namespace dragoman
