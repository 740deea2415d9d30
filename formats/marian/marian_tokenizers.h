#pragma once

#include "formats/marian/marian_files.h"
#include "formats/model_directory.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// Marian's vocabularies as ours: with ids for what Marian needs none for, and of one size where one is to be the pad
/// of both sides.
struct MarianTokenizers {
  Tokenizers tokenizers;
  std::vector<std::string> languages;  ///< tokens like >>fra<< that begin a line
  bool takes_words = false;            ///< text must come as tokens with blanks between them
};

/// rows: of the model's tables of embeddings, source and target. notes: what is to be known, a line each. Throws
/// std::runtime_error naming the file that is damaged, or of another model.
MarianTokenizers read_marian_tokenizers(const MarianFiles& files, const std::array<std::int32_t, 2>& rows,
                                        std::vector<std::string>& notes);

}  // namespace dragoman
