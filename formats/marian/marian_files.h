#pragma once

#include "formats/foreign/foreign_options.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>

namespace dragoman {

/// The files of a model, as Marian, OPUS-MT and Firefox leave them in one folder. Of two, the source's comes first.
struct MarianFiles {
  std::filesystem::path model;                                 ///< .npz or .bin
  std::array<std::filesystem::path, 2> vocabularies;           ///< SentencePiece models, or tables of tokens
  std::array<std::optional<std::filesystem::path>, 2> pieces;  ///< SentencePiece models that make a table's tokens
  ForeignOptions decoder{""};                                  ///< of the search: decoder.yml; none if it is missing
  std::optional<std::filesystem::path> shortlist;

  bool has_pieces() const { return pieces[0] && pieces[1]; }
};

/// Whether `from` looks like a model of Marian's, by names of files alone.
bool is_marian_model(const std::filesystem::path& from);

/// from: the model's file, or its folder. Throws std::runtime_error naming what is missing, or not to be told apart,
/// and what to do.
MarianFiles find_marian_files(const std::filesystem::path& from);

/// A file of options in YAML. Throws std::runtime_error naming it if it is no map.
ForeignOptions yaml_options(std::string_view text, const std::string& file);

}  // namespace dragoman
