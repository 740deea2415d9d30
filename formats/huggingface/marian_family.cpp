#include "formats/huggingface/marian_family.h"

#include "formats/foreign/target_languages.h"
#include "formats/foreign/token_table.h"
#include "formats/huggingface/bart_reader.h"
#include "formats/huggingface/family_options.h"
#include "tokenizer/language_code.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kVocabulary = "vocab.json";
constexpr const char* kTargetVocabulary = "target_vocab.json";

constexpr BartForm kForm{.family = "MarianMT",
                         .architecture = "MarianMTModel",
                         .may_share_in_part = true,
                         .vocabulary = 58101,
                         .pad = 58100,
                         .end = 0,
                         .start = 58100};

class MarianReader {
 public:
  explicit MarianReader(HuggingFaceFolder& folder) : reader_(folder, kForm) {}

  ImportedModel read();

 private:
  void read_languages();
  Tokenizer tokenizer(const std::string& spm, const std::string& vocabulary, std::int32_t size);
  void require_end(const Tokenizer& tokenizer, const std::string& vocabulary);

  BartReader reader_;
  std::vector<std::string> languages_;
};

void MarianReader::read_languages() {
  ForeignOptions& tokenizer = reader_.folder().tokenizer();
  TrainingFacts& facts = reader_.config().trained_on;
  for (const auto& [name, fact] :
       {std::pair{"source_lang", &facts.source_lang}, std::pair{"target_lang", &facts.target_lang}}) {
    try {
      if (const auto code = tokenizer.find<std::string>(name)) *fact = language_code(*code);
    } catch (const std::invalid_argument&) {
      // A group of languages, such as ROMANCE, is none.
    }
  }
}

Tokenizer MarianReader::tokenizer(const std::string& spm, const std::string& vocabulary, std::int32_t size) {
  HuggingFaceFolder& folder = reader_.folder();
  const std::string file = (folder.path() / vocabulary).string();
  TokenTable table = read_token_table(folder.read(vocabulary), size, reader_.config().special_ids.pad, file);
  note_replaced(table.replaced, vocabulary, reader_.notes());
  languages_ = std::move(table.languages);
  Tokenizer made = Tokenizer::from_files({{std::string(kSentencePieceFile), folder.read(spm)},
                                          {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                                         (folder.path() / spm).string());
  require_end(made, file);
  return made;
}

void MarianReader::require_end(const Tokenizer& tokenizer, const std::string& vocabulary) {
  const std::int32_t end = tokenizer.special_ids().eos;
  if (end == reader_.config().special_ids.eos) return;
  throw std::runtime_error(
      fmt::format("{}: </s> has the id {}, but config.json says {}; Dragoman has one for both sides", vocabulary, end,
                  reader_.config().special_ids.eos));
}

ImportedModel MarianReader::read() {
  require_plain_tokenizer(reader_.folder().tokenizer());
  reader_.read_network();
  read_languages();
  const ModelConfig& config = reader_.config();
  const bool separate = reader_.folder().tokenizer().get<bool>("separate_vocabs", false);
  const Tokenizer target =
      tokenizer("target.spm", separate ? kTargetVocabulary : kVocabulary, config.target_vocabulary);
  const Tokenizer source = tokenizer("source.spm", kVocabulary, config.source_vocabulary);
  ImportedModel model = reader_.finish({source, target});
  offer_target_languages(model, languages_, !separate);
  return model;
}

}  // namespace

ImportedModel read_marian(HuggingFaceFolder& folder) {
  return MarianReader(folder).read();
}

}  // namespace dragoman
