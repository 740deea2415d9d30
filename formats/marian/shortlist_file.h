#pragma once

#include "formats/marian/marian_files.h"
#include "formats/marian/marian_shortlist.h"
#include "formats/model_directory.h"

namespace dragoman {

/// Reads the shortlist that lies beside a model, in Marian's binary form or as text, "target source probability" a
/// line. sizes: of what the model has learned. Ids behind that have empty lists. Throws std::runtime_error naming the
/// file and line that is damaged, or the vocabulary that it is not of.
TokenLists read_shortlist_file(const MarianFiles& files, const Tokenizers& tokenizers, const VocabularySizes& sizes);

}  // namespace dragoman
