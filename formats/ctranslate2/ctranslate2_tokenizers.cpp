#include "formats/ctranslate2/ctranslate2_tokenizers.h"

#include "base/atomic_file.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// SentencePiece models that people leave beside a model, for the source, for the target.
constexpr std::array<std::pair<const char*, const char*>, 6> kBeside = {
    {{"source.spm", "target.spm"},
     {"tokenizer.spm", "tokenizer.spm"},
     {"sentencepiece.model", "sentencepiece.model"},
     {"sentencepiece.bpe.model", "sentencepiece.bpe.model"},
     {"spiece.model", "spiece.model"},
     {"spm.model", "spm.model"}}};

std::optional<CTranslate2Vocabularies::Side> list_named(const ModelFiles& files, const std::string& name) {
  for (const std::string extension : {".json", ".txt"}) {
    const std::string file = name + extension;
    if (files.contains(file))
      return CTranslate2Vocabularies::Side{read_token_list(files.bytes(file), extension == ".json", files.path(file)),
                                           files.path(file)};
  }
  return std::nullopt;
}

CTranslate2Vocabularies::Side required_list(const ModelFiles& files, const std::string& name) {
  if (auto list = list_named(files, name)) return *std::move(list);
  throw std::runtime_error(fmt::format("{}: the model lacks this file; copy it anew", files.path(name + ".json")));
}

struct Pieces {
  std::string model;  // empty: there is none
  std::string file;
};

std::pair<Pieces, Pieces> pieces_beside(const ModelFiles& files, const ForeignSource& from) {
  if (!from.source_tokenizer.empty()) {
    const auto read = [](const std::filesystem::path& file) { return Pieces{read_file(file), file.string()}; };
    return {read(from.source_tokenizer), read(from.target_tokenizer)};
  }
  const auto beside = [&](const std::string& name) { return Pieces{std::string(files.bytes(name)), files.path(name)}; };
  for (const auto& [source, target] : kBeside) {
    if (files.contains(source) && files.contains(target)) return {beside(source), beside(target)};
  }
  return {};
}

// Whether the model's own ids are those of the vocabulary.
bool has_own_ids(const Tokenizer& pieces, const Tokenizer& table) {
  if (pieces.vocabulary_size() != table.vocabulary_size() || pieces.special_ids() != table.special_ids()) return false;
  for (std::int32_t id = 0; id < pieces.vocabulary_size(); ++id) {
    if (pieces.piece(id) != table.piece(id)) return false;
  }
  return true;
}

void require_of_the_same_model(const Tokenizer& pieces, const Tokenizer& words, const Pieces& from) {
  std::int32_t known = 0;
  const std::int32_t all = pieces.vocabulary_size(), unk = words.special_ids().unk;
  for (std::int32_t id = 0; id < all; ++id) {
    if (words.encode(pieces.piece(id)) != std::vector{unk}) ++known;
  }
  if (known * 2 >= all) return;
  throw std::runtime_error(fmt::format(
      "{}: of its {} pieces {} are in the model's vocabulary; name the SentencePiece model that it was trained with",
      from.file, all, known));
}

Tokenizer tokenizer_of(const CTranslate2Vocabularies::Side& list, const Pieces& from, const SpecialTokens& special,
                       std::int64_t size, std::vector<std::string>& notes) {
  TokenTable table = named_tokens(list.tokens, special, size, list.file);
  note_replaced(table.replaced, list.file, notes);
  const std::string vocabulary(kVocabularyFile);
  Tokenizer words = Tokenizer::from_files({{vocabulary, table.vocabulary}}, list.file);
  if (from.model.empty()) return words;
  Tokenizer pieces = Tokenizer::from_files({{std::string(kSentencePieceFile), from.model}}, from.file);
  require_of_the_same_model(pieces, words, from);
  if (has_own_ids(pieces, words)) return pieces;
  return Tokenizer::from_files(
      {{std::string(kSentencePieceFile), from.model}, {vocabulary, std::move(table.vocabulary)}}, from.file);
}

}  // namespace

CTranslate2Vocabularies read_token_lists(const ModelFiles& files) {
  if (files.contains("source_1_vocabulary.json") || files.contains("source_1_vocabulary.txt")) {
    throw std::runtime_error(
        fmt::format("{}: the source has several vocabularies, for which Dragoman has no form", files.place()));
  }
  if (auto shared = list_named(files, "shared_vocabulary")) return {*shared, *shared};
  return {required_list(files, "source_vocabulary"), required_list(files, "target_vocabulary")};
}

Tokenizers ctranslate2_tokenizers(const ModelFiles& files, const ForeignSource& from,
                                  const CTranslate2Vocabularies& lists, const SpecialTokens& special,
                                  std::int64_t source_size, std::int64_t target_size, std::vector<std::string>& notes) {
  const auto [of_source, of_target] = pieces_beside(files, from);
  const Tokenizer target = tokenizer_of(lists.target, of_target, special, target_size, notes);
  const bool joint = lists.source.file == lists.target.file && of_source.file == of_target.file;
  const Tokenizer source = joint ? target : tokenizer_of(lists.source, of_source, special, source_size, notes);
  if (of_source.model.empty()) {
    notes.push_back(
        "there is no tokenizer: text has to be tokens, separated by blanks; `--tokenizer FILE.spm` gives one");
  } else {
    notes.push_back(joint ? fmt::format("tokens by {}", of_target.file)
                          : fmt::format("tokens by {} and {}", of_source.file, of_target.file));
  }
  return {source, target};
}

}  // namespace dragoman
