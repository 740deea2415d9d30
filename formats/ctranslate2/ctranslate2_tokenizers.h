#pragma once

#include "formats/ctranslate2/token_list.h"
#include "formats/foreign/foreign_source.h"
#include "formats/foreign/model_files.h"
#include "formats/model_directory.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// The two vocabularies of a model of CTranslate2, as its files have them.
struct CTranslate2Vocabularies {
  struct Side {
    std::vector<std::string> tokens;  ///< by id
    std::string file;
  };
  Side source, target;
};

/// Throws std::runtime_error naming the file that is missing or damaged, or several of the source.
CTranslate2Vocabularies read_token_lists(const ModelFiles& files);

/// sizes: of the embeddings of both sides. What is to be known goes into `notes`. Throws std::runtime_error naming the
/// file where a tokenizer is another model's.
Tokenizers ctranslate2_tokenizers(const ModelFiles& files, const ForeignSource& from,
                                  const CTranslate2Vocabularies& lists, const SpecialTokens& special,
                                  std::int64_t source_size, std::int64_t target_size, std::vector<std::string>& notes);

}  // namespace dragoman
