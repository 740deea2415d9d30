#include "formats/marian/exported_vocabulary.h"

#include "tokenizer/model_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

std::optional<std::string> codec_file_of(const Tokenizer& tokenizer, std::string_view extension) {
  for (CodecFile& file : tokenizer.files()) {
    if (file.extension == extension) return std::move(file.bytes);
  }
  return std::nullopt;
}

bool has_own_ids(const Tokenizer& tokenizer, std::int64_t rows) {
  const auto pieces = codec_file_of(tokenizer, kSentencePieceFile);
  return pieces && !codec_file_of(tokenizer, kVocabularyFile) && std::ssize(pieces_in(*pieces)) == rows;
}

// YAML, whose quoted text is JSON's.
std::string token_table_text(const Tokenizer& tokenizer, std::int64_t rows) {
  std::string text;
  for (std::int32_t id = 0; id < rows; ++id)
    text += fmt::format("{}: {}\n", nlohmann::json(tokenizer.piece(id)).dump(), id);
  return text;
}

}  // namespace

ExportedVocabularies exported_vocabularies(const Tokenizers& tokenizers, const std::array<std::int64_t, 2>& rows) {
  const auto& [source, target] = tokenizers;
  if (codec_file_of(target, kMergesFile) || codec_file_of(source, kMergesFile))
    throw std::runtime_error("a tokenizer of bytes cannot be exported: Marian has no form for it");
  const bool joint = tokenizers.joint();
  ExportedVocabularies made;
  if (has_own_ids(source, rows[0]) && has_own_ids(target, rows[1])) {
    made.names = joint ? std::array<std::string, 2>{"vocab.spm", "vocab.spm"}
                       : std::array<std::string, 2>{"vocab.src.spm", "vocab.trg.spm"};
    made.files[made.names[0]] = *codec_file_of(source, kSentencePieceFile);
    made.files[made.names[1]] = *codec_file_of(target, kSentencePieceFile);
    return made;
  }
  const std::string of_source = token_table_text(source, rows[0]), of_target = token_table_text(target, rows[1]);
  made.names = of_source == of_target ? std::array<std::string, 2>{"vocab.yml", "vocab.yml"}
                                      : std::array<std::string, 2>{"vocab.src.yml", "vocab.trg.yml"};
  made.files[made.names[0]] = of_source;
  made.files[made.names[1]] = of_target;
  const auto source_pieces = codec_file_of(source, kSentencePieceFile),
             target_pieces = codec_file_of(target, kSentencePieceFile);
  if (source_pieces && target_pieces) {
    made.files["source.spm"] = *source_pieces;
    made.files["target.spm"] = *target_pieces;
  }
  return made;
}

}  // namespace dragoman
