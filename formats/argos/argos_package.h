#pragma once

#include "formats/foreign/foreign_source.h"
#include "formats/foreign/imported_model.h"

#include <filesystem>

namespace dragoman {

/// Whether `path` is a package of argos-translate: a file .argosmodel, or the folder that it is unpacked to.
bool is_argos_package(const std::filesystem::path& path);

/// Reads a package: a model of CTranslate2 with its SentencePiece model. Nothing of an archive is written anywhere; its
/// entries are only looked up by name. Throws std::runtime_error naming the file and what of it has no form here.
ImportedModel read_argos_package(const ForeignSource& from);

}  // namespace dragoman
