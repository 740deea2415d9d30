#pragma once

#include "formats/foreign/foreign_source.h"

#include <filesystem>
#include <span>
#include <string_view>

namespace dragoman {

struct ImportedModel;

/// A form in which other programs keep their models. Another one is a line in foreign_formats(), and a folder beside
/// this one with what reads it.
struct ForeignFormat {
  std::string_view name;  ///< "a Hugging Face model"

  /// By the names of files, and config.json; nothing else is looked into.
  bool (*recognises)(const std::filesystem::path& path);

  /// Throws std::runtime_error naming the file, and what of it is damaged or has no form here. Null where a model can
  /// be told, but not read.
  ImportedModel (*read)(const ForeignSource& from);

  bool takes_tokenizers = false;  ///< else a model brings its own, and read() is given none
};

std::span<const ForeignFormat> foreign_formats();

/// Null if `path` is no model of another program. Whatever has a config.json of this program is none.
const ForeignFormat* foreign_format_of(const std::filesystem::path& path);

/// Throws std::runtime_error if `path` is a model of another program, with its format and what to do.
void refuse_foreign_model(const std::filesystem::path& path);

/// Reads a model of another program. Throws std::runtime_error if `from` is none that can be read, or as `read` does;
/// std::invalid_argument if it names tokenizers for a model that brings its own.
ImportedModel import_model(const ForeignSource& from);
ImportedModel import_model(const std::filesystem::path& path);

}  // namespace dragoman
