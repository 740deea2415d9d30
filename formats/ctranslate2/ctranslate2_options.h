#pragma once

#include "formats/ctranslate2/ctranslate2_variables.h"
#include "formats/ctranslate2/token_list.h"
#include "formats/foreign/foreign_options.h"
#include "formats/foreign/model_files.h"

#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// What a model of CTranslate2 says of itself beside its weights.
struct CTranslate2Options {
  SpecialTokens special;
  std::optional<std::string> start;  ///< the token that a target sentence is started with; else whoever translates says
  bool source_bos, source_eos;       ///< whether CTranslate2 puts these around what is to be translated
  std::optional<double> norm_epsilon;
};

/// Of config.json, or of variables that were in its place before the binary version 6. Throws std::runtime_error naming
/// what of it has no form here; what is not known goes into `notes`.
CTranslate2Options read_ctranslate2_options(const ModelFiles& files, CTranslate2Variables& variables,
                                            std::vector<std::string>& notes);

}  // namespace dragoman
