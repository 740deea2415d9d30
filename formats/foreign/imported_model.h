#pragma once

#include "formats/foreign/token_lists.h"
#include "formats/model_directory.h"
#include "model/model_config.h"
#include "model/named_tensors.h"
#include "model/text_frame.h"

#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// A model of another program in the terms of this one: what write_model_directory() takes.
struct ImportedModel {
  ModelConfig config;
  Tokenizers tokenizers;
  NamedTensors weights;  ///< by the names that the model of `config` registers, in fp32
  std::string family;    ///< "MarianMT"

  std::optional<TokenLists> shortlist = {};  ///< that lay beside it

  /// A text that the model can be tried with.
  std::string sample = "Hello, world!";
  LanguagePair sample_languages = {};  ///< of a model that knows several

  /// What else is to be known, a line each: tokens that choose a language, what was given up, what differs.
  std::vector<std::string> notes = {};
};

}  // namespace dragoman
