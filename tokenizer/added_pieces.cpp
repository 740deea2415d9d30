#include "tokenizer/added_pieces.h"

#include "base/protobuf_message.h"
#include "base/utf8.h"
#include "tokenizer/byte_level_text.h"
#include "tokenizer/pair_merges.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
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

// Counts them among those at the vocabulary's end.
void add_to_merges(std::string& merges, std::size_t pieces) {
  const std::size_t end = std::min(merges.find_first_of("\r\n"), merges.size());
  MergesHeader header = MergesHeader::read(std::string_view(merges).substr(0, end)).value();
  header.added_tokens += static_cast<std::int32_t>(pieces);
  merges.replace(0, end, header.line());
}

void add_to_vocabulary(std::string& vocabulary, std::span<const std::string> written) {
  if (!vocabulary.ends_with('\n')) vocabulary += '\n';
  for (const std::string& piece : written) vocabulary += piece + "\n";
}

// As the vocabulary has them. Throws UnfitPiece for one that it cannot have.
std::vector<std::string> written_pieces(const Tokenizer& tokenizer, std::span<const std::string> pieces,
                                        const std::function<bool(std::string_view)>& has_file) {
  const bool of_sentencepiece = has_file(kSentencePieceFile), of_bytes = has_file(kMergesFile);
  std::unordered_set<std::string> known;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) known.insert(tokenizer.piece(id));
  std::vector<std::string> written;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string& piece = pieces[i];
    if (is_blank(piece)) throw UnfitPiece(i, "a blank line; write a piece on each");
    if (!of_sentencepiece && !of_bytes && piece.find_first_of(" \t") != std::string::npos)
      throw UnfitPiece(i,
                       fmt::format("'{}' holds white space, which separates the tokens of this model's text", piece));
    written.push_back(of_sentencepiece ? with_visible_spaces(piece) : of_bytes ? piece_of_bytes(piece) : piece);
    if (!known.insert(written.back()).second)
      throw UnfitPiece(i, fmt::format("'{}' is a piece of the model already, or here twice; remove it", piece));
  }
  return written;
}

}  // namespace

bool is_language_piece(std::string_view piece) {
  return piece.size() > 3 && piece.starts_with("<2") && piece.ends_with('>');
}

Tokenizer with_added_pieces(const Tokenizer& tokenizer, std::span<const std::string> pieces, bool controls_languages) {
  std::vector<CodecFile> files = tokenizer.files();
  const std::vector<std::string> written = written_pieces(tokenizer, pieces, [&](std::string_view extension) {
    return std::ranges::count(files, extension, &CodecFile::extension) > 0;
  });
  for (auto& [extension, bytes] : files) {
    if (extension == kSentencePieceFile) {
      add_to_sentencepiece(bytes, pieces, controls_languages && files.size() == 1);
    } else if (extension == kMergesFile) {
      add_to_merges(bytes, pieces.size());
    } else {
      add_to_vocabulary(bytes, written);
    }
  }
  return Tokenizer::from_files(std::move(files), "the tokenizer with added pieces");
}

}  // namespace dragoman
