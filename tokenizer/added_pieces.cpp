#include "tokenizer/added_pieces.h"

#include "base/protobuf_message.h"
#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

// As sentencepiece_model.proto has them.
constexpr std::uint64_t kPieces = 1, kPiece = 1, kScore = 2, kType = 3, kControl = 3, kUserDefined = 4;

std::string with_visible_spaces(std::string_view text) {
  std::string piece;
  for (const char byte : text) piece += byte == ' ' ? std::string("\u2581") : std::string(1, byte);
  return piece;
}

void add_to_sentencepiece(std::string& model, std::span<const std::string> pieces, bool controls_languages) {
  for (const std::string& piece : pieces) {
    const bool control = controls_languages && is_language_piece(piece);
    model += ProtobufMessage()
                 .text(kPieces, ProtobufMessage()
                                    .text(kPiece, with_visible_spaces(piece))
                                    .real(kScore, 0)
                                    .number(kType, control ? kControl : kUserDefined)
                                    .bytes())
                 .bytes();
  }
}

void add_to_vocabulary(std::string& vocabulary, std::span<const std::string> pieces, bool of_sentencepiece) {
  if (!vocabulary.ends_with('\n')) vocabulary += '\n';
  for (const std::string& piece : pieces) vocabulary += (of_sentencepiece ? with_visible_spaces(piece) : piece) + "\n";
}

void require_fit(const Tokenizer& tokenizer, std::span<const std::string> pieces, bool of_sentencepiece) {
  std::unordered_set<std::string> known;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) known.insert(tokenizer.piece(id));
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (is_blank(pieces[i])) throw UnfitPiece(i, "a blank line; write a piece on each");
    if (!of_sentencepiece && pieces[i].find_first_of(" \t") != std::string::npos) {
      throw UnfitPiece(
          i, fmt::format("'{}' holds white space, which separates the tokens of this model's text", pieces[i]));
    }
    if (!known.insert(with_visible_spaces(pieces[i])).second)
      throw UnfitPiece(i, fmt::format("'{}' is a piece of the model already, or here twice; remove it", pieces[i]));
  }
}

}  // namespace

bool is_language_piece(std::string_view piece) {
  return piece.size() > 3 && piece.starts_with("<2") && piece.ends_with('>');
}

Tokenizer with_added_pieces(const Tokenizer& tokenizer, std::span<const std::string> pieces) {
  std::vector<CodecFile> files = tokenizer.files();
  const bool of_sentencepiece = std::ranges::count(files, kSentencePieceFile, &CodecFile::extension) > 0;
  require_fit(tokenizer, pieces, of_sentencepiece);
  for (auto& [extension, bytes] : files) {
    if (extension == kSentencePieceFile) {
      add_to_sentencepiece(bytes, pieces, files.size() == 1);
    } else if (extension == kVocabularyFile) {
      add_to_vocabulary(bytes, pieces, of_sentencepiece);
    } else {
      throw UnfitPiece(0, fmt::format("pieces cannot be added to a tokenizer in a file {}", extension));
    }
  }
  return Tokenizer::from_files(std::move(files), "the tokenizer with added pieces");
}

}  // namespace dragoman
