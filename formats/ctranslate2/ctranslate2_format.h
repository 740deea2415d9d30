#pragma once

#include "formats/foreign/foreign_source.h"
#include "formats/foreign/imported_model.h"
#include "formats/foreign/model_files.h"

namespace dragoman {

/// Reads a Transformer that translates from the files of a model of CTranslate2: model.bin, config.json and the
/// vocabularies. Text becomes tokens by the SentencePiece models that `from` names, or by those that lie beside the
/// model; without any, tokens are what blanks separate. Throws std::runtime_error naming the file and what of it has no
/// form here.
ImportedModel read_ctranslate2(const ModelFiles& files, const ForeignSource& from);

/// The same of a folder.
ImportedModel read_ctranslate2_folder(const ForeignSource& from);

}  // namespace dragoman
