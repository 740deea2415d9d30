#include "formats/huggingface/table_tokenizers.h"

#include "formats/foreign/token_table.h"
#include "tokenizer/language_code.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kVocabulary = "vocab.json";
constexpr const char* kTargetVocabulary = "target_vocab.json";

void require_end(const Tokenizer& tokenizer, const std::string& vocabulary, std::int32_t expected) {
  const std::int32_t end = tokenizer.special_ids().eos;
  if (end == expected) return;
  throw std::runtime_error(fmt::format(
      "{}: </s> has the id {}, but config.json says {}; Dragoman has one for both sides", vocabulary, end, expected));
}

class TableReader {
 public:
  TableReader(HuggingFaceFolder& folder, const ModelConfig& config, std::vector<std::string>& notes)
      : folder_(folder), config_(config), notes_(notes) {}

  TableTokenizers read() {
    const bool separate = folder_.tokenizer().get<bool>("separate_vocabs", false);
    const Tokenizer target =
        tokenizer("target.spm", separate ? kTargetVocabulary : kVocabulary, config_.target_vocabulary);
    const Tokenizer source = tokenizer("source.spm", kVocabulary, config_.source_vocabulary);
    return {{source, target}, std::move(languages_), !separate};
  }

 private:
  Tokenizer tokenizer(const std::string& spm, const std::string& vocabulary, std::int32_t size) {
    const std::string file = (folder_.path() / vocabulary).string();
    TokenTable table = read_token_table(folder_.read(vocabulary), size, config_.special_ids.pad, file);
    note_replaced(table.replaced, vocabulary, notes_);
    languages_ = std::move(table.languages);
    Tokenizer made = Tokenizer::from_files({{std::string(kSentencePieceFile), folder_.read(spm)},
                                            {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                                           (folder_.path() / spm).string());
    require_end(made, file, config_.special_ids.eos);
    return made;
  }

  HuggingFaceFolder& folder_;
  const ModelConfig& config_;
  std::vector<std::string>& notes_;
  std::vector<std::string> languages_;  // of the table read last
};

}  // namespace

bool has_table_tokenizers(HuggingFaceFolder& folder) {
  return folder.tokenizer().get<std::string>("tokenizer_class", "") == "MarianTokenizer";
}

TableTokenizers read_table_tokenizers(HuggingFaceFolder& folder, const ModelConfig& config,
                                      std::vector<std::string>& notes) {
  return TableReader(folder, config, notes).read();
}

void read_pair_of_languages(HuggingFaceFolder& folder, TrainingFacts& facts) {
  for (const auto& [name, fact] :
       {std::pair{"source_lang", &facts.source_lang}, std::pair{"target_lang", &facts.target_lang}}) {
    try {
      if (const auto code = folder.tokenizer().find<std::string>(name)) *fact = language_code(*code);
    } catch (const std::invalid_argument&) {
      // A group of languages, such as ROMANCE, is none.
    }
  }
}

}  // namespace dragoman
