#include "formats/argos/argos_package.h"

#include "base/mapped_file.h"
#include "formats/ctranslate2/ctranslate2_format.h"
#include "formats/foreign/foreign_options.h"
#include "formats/foreign/model_files.h"
#include "formats/foreign/zip_archive.h"
#include "tokenizer/language_code.h"

#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMetadata = "metadata.json";
constexpr const char* kModelFolder = "model";
constexpr const char* kPiecesFile = "sentencepiece.model";
constexpr const char* kMerges = "bpe.model";

// The files of a package: those of the model, and those beside it.
struct Package {
  ModelFiles model, beside;

  void require_unchanged() const {
    model.require_unchanged();
    beside.require_unchanged();
  }
};

struct OpenArchive {
  explicit OpenArchive(const fs::path& path) : file(path), archive(file.bytes(), path.string()) {}

  MappedFile file;
  ZipArchive archive;
};

// What keeps the bytes of an entry: the archive, or what was inflated of it.
struct OpenEntry {
  std::shared_ptr<const OpenArchive> from;
  std::string inflated;
};

void add_entry(ModelFiles& files, const std::string& name, const std::shared_ptr<const OpenArchive>& open,
               std::string_view entry) {
  if (files.contains(name))
    throw std::runtime_error(fmt::format("{}: is there twice; the package is damaged: copy it anew", files.path(name)));
  const auto held = std::make_shared<OpenEntry>(OpenEntry{open, ""});
  files.add(name, open->archive.read(entry, held->inflated), held);
}

// All lies in one folder, whose name is anybody's.
Package in_archive(const fs::path& path) {
  const auto open = std::make_shared<const OpenArchive>(path);
  Package package{ModelFiles(path.string() + "/" + kModelFolder), ModelFiles(path.string())};
  for (const std::string_view entry : open->archive.names()) {
    const std::size_t slash = entry.find('/');
    if (slash == entry.npos || entry.ends_with('/')) continue;
    const std::string_view name = entry.substr(slash + 1);
    constexpr std::string_view kInModel = "model/";
    if (name.starts_with(kInModel)) {
      const std::string_view file = name.substr(kInModel.size());
      if (file.find('/') == file.npos) add_entry(package.model, std::string(file), open, entry);
    } else if (name == kMetadata || name == kPiecesFile || name == kMerges) {
      add_entry(package.beside, std::string(name), open, entry);
    }
  }
  open->file.require_unchanged();
  return package;
}

Package in_folder(const fs::path& path) {
  return {ModelFiles::in_folder(path / kModelFolder), ModelFiles::in_folder(path)};
}

void require_sentencepiece(const ModelFiles& beside) {
  if (beside.contains(kPiecesFile)) return;
  if (beside.contains(kMerges)) {
    throw std::runtime_error(fmt::format(
        "{}: the package divides words by {}, of subword-nmt behind the tokenizer of Moses, which Dragoman does not "
        "have; there may be a newer package with {}",
        beside.path(kMerges), kMerges, kPiecesFile));
  }
  beside.bytes(kPiecesFile);  // says: missing
}

std::optional<std::string> package_language(ForeignOptions& metadata, const std::string& name) {
  const auto code = metadata.find<std::string>(name);
  try {
    return code ? std::optional(language_code(*code)) : std::nullopt;
  } catch (const std::invalid_argument&) {
    metadata.refuse(name, "which is no code of a language");
  }
}

// What each translation begins with.
std::int32_t prefix_token(const ForeignOptions& metadata, const Tokenizer& tokenizer, const std::string& prefix) {
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (tokenizer.piece(id) == prefix) return id;
  }
  metadata.refuse("target_prefix", "which is no token of the model's vocabulary");
}

}  // namespace

bool is_argos_package(const fs::path& path) {
  std::error_code none;
  if (fs::is_directory(path, none))
    return fs::exists(path / kMetadata, none) && fs::is_directory(path / kModelFolder, none);
  return path.extension() == ".argosmodel";
}

ImportedModel read_argos_package(const ForeignSource& from) {
  Package package = fs::is_directory(from.path) ? in_folder(from.path) : in_archive(from.path);
  ForeignOptions metadata(package.beside.bytes(kMetadata), package.beside.path(kMetadata));
  metadata.require<std::string>("type", "translate");
  const auto source = package_language(metadata, "from_code"), target = package_language(metadata, "to_code");
  if (from.source_tokenizer.empty()) {
    require_sentencepiece(package.beside);
    package.model.add(kPiecesFile, package.beside.bytes(kPiecesFile), nullptr);
  }
  ImportedModel model = read_ctranslate2(package.model, from);
  package.require_unchanged();
  const auto prefix = metadata.get<std::string>("target_prefix", "");
  if (!prefix.empty())
    model.config.text_template.target_before = {prefix_token(metadata, model.tokenizers.target, prefix)};
  model.family = "a package of argos-translate";
  model.config.trained_on.source_lang = source;
  model.config.trained_on.target_lang = target;
  model.config.trained_on.one_sentence_share = 1;  // its program translates sentence by sentence
  model.config.decoding.beam_size = 4;
  model.config.decoding.length_penalty = 0.2;
  const auto shown = [&](const char* name) { return metadata.get<std::string>(name, "?"); };
  model.notes.insert(model.notes.begin(), fmt::format("{} {}, from {} to {}", shown("package_version"),
                                                      "of the package", shown("from_name"), shown("to_name")));
  return model;
}

}  // namespace dragoman
