#include "formats/marian/marian_tokenizers.h"

#include "base/atomic_file.h"
#include "formats/foreign/token_table.h"
#include "formats/marian/marian_vocabulary.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Rows = std::array<std::int32_t, 2>;

constexpr const char* kPad = "<pad>";

bool has_own_ids(const fs::path& vocabulary) {
  return vocabulary.extension() == ".spm";
}

void refuse_factors(const fs::path& vocabulary) {
  if (vocabulary.extension() != ".fsv") return;
  throw std::runtime_error(
      fmt::format("{}: the tokens have factors, for which Dragoman has no form", vocabulary.string()));
}

// A SentencePiece model of so many pieces. Ours may have ids behind them.
Tokenizer pieces_of(const fs::path& file, std::int32_t rows) {
  Tokenizer tokenizer = Tokenizer::from_files({{std::string(kSentencePieceFile), read_file(file)}}, file.string());
  const SpecialIds special = tokenizer.special_ids();
  bool fits = rows <= tokenizer.vocabulary_size();
  for (std::int32_t id = rows; fits && id < tokenizer.vocabulary_size(); ++id)
    fits = id == special.pad || id == special.bos;
  if (fits) return tokenizer;
  throw std::runtime_error(
      fmt::format("{}: has other pieces than the {} that the model has learned (and </s>); is it another model's?",
                  file.string(), rows));
}

class TokenizerReader {
 public:
  TokenizerReader(const MarianFiles& files, const Rows& rows, std::vector<std::string>& notes)
      : files_(files), rows_(rows), notes_(notes) {}

  MarianTokenizers read() {
    for (const fs::path& vocabulary : files_.vocabularies) refuse_factors(vocabulary);
    const auto& [source, target] = files_.vocabularies;
    if (has_own_ids(source) && has_own_ids(target) && rows_[0] == rows_[1]) {
      const Tokenizer of_target = pieces_of(target, rows_[1]);
      return {{source == target ? of_target : pieces_of(source, rows_[0]), of_target}, {}, false};
    }
    return by_tables();
  }

 private:
  // The pads of both sides are one id, behind the tokens of the larger.
  MarianTokenizers by_tables() {
    std::array<std::vector<std::string>, 2> tokens = {tokens_of(0), tokens_of(1)};
    const auto has_pad = [](const auto& side) { return std::ranges::find(side, kPad) != side.end(); };
    const std::int32_t pad = std::max(rows_[0], rows_[1]);
    const bool is_there = has_pad(tokens[0]) && has_pad(tokens[1]);
    for (auto& side : tokens) side.resize(static_cast<std::size_t>(pad) + (is_there ? 0 : 1));
    const Tokenizer target = tokenizer(1, tokens[1], pad);
    const bool is_one = files_.vocabularies[0] == files_.vocabularies[1] && files_.pieces[0] == files_.pieces[1];
    const Tokenizer source = is_one ? target : tokenizer(0, tokens[0], pad);
    return {{source, target}, std::move(languages_), takes_words()};
  }

  bool takes_words() const { return !has_own_ids(files_.vocabularies[0]) && !files_.has_pieces(); }

  std::vector<std::string> tokens_of(std::size_t side) const {
    const fs::path& file = files_.vocabularies[side];
    const std::int32_t rows = rows_[side];
    if (!has_own_ids(file)) return read_marian_vocabulary(read_file(file), rows, file.string());
    const Tokenizer pieces = pieces_of(file, rows);
    std::vector<std::string> tokens;
    for (std::int32_t id = 0; id < rows; ++id) tokens.push_back(pieces.piece(id));
    return tokens;
  }

  Tokenizer tokenizer(std::size_t side, const std::vector<std::string>& tokens, std::int32_t pad) {
    const fs::path& vocabulary = files_.vocabularies[side];
    TokenTable table = token_table(tokens, pad, vocabulary.string());
    languages_ = std::move(table.languages);
    note_replaced(table.replaced - (std::ssize(tokens) - 1 - rows_[side]), vocabulary.filename().string(), notes_);
    std::vector<CodecFile> files{{std::string(kVocabularyFile), std::move(table.vocabulary)}};
    const auto spm = has_own_ids(vocabulary) ? std::optional(vocabulary) : files_.pieces[side];
    if (spm && (has_own_ids(vocabulary) || files_.has_pieces()))
      files.push_back({std::string(kSentencePieceFile), read_file(*spm)});
    return Tokenizer::from_files(std::move(files), vocabulary.string());
  }

  const MarianFiles& files_;
  const Rows rows_;
  std::vector<std::string>& notes_;
  std::vector<std::string> languages_;  // of the vocabulary read last
};

}  // namespace

MarianTokenizers read_marian_tokenizers(const MarianFiles& files, const Rows& rows, std::vector<std::string>& notes) {
  return TokenizerReader(files, rows, notes).read();
}

}  // namespace dragoman
