#include "formats/huggingface/multilingual_families.h"

#include "formats/foreign/language_codes.h"
#include "formats/foreign/language_template.h"
#include "formats/foreign/token_table.h"
#include "formats/huggingface/bart_reader.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/sentencepiece_json.h"
#include "tokenizer/language_code.h"
#include "tokenizer/model_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kSharedPieces = "sentencepiece.bpe.model";
constexpr const char* kConvertedPieces = "tokenizer.json";
constexpr const char* kListedTokens = "vocab.json";

constexpr BartForm kM2m100Form{.family = "M2M100",
                               .architecture = "M2M100ForConditionalGeneration",
                               .norm = Norm::pre,
                               .final_norm = true,
                               .positions = BartForm::Positions::offset_sinusoidal,
                               .activation = "relu",
                               .embedding_scale = true,
                               .vocabulary = 128112};

constexpr BartForm kMbartForm{.family = "mBART",
                              .architecture = "MBartForConditionalGeneration",
                              .norm = Norm::pre,
                              .final_norm = true,
                              .embedding_norm = true,
                              .positions = BartForm::Positions::learned,
                              .start = std::nullopt};

// Tokens by id, where among them those of the languages begin, and the SentencePiece model of the pieces.
struct NumberedTokens {
  std::vector<std::string> tokens;
  std::size_t first_language = 0;
  std::string model;
  std::string file;  // that it is of
};

// As transformers 5 writes them, whose tokenizers for these models have no other file: all tokens, by their ids.
NumberedTokens converted_vocabulary(const HuggingFaceFolder& folder, const std::vector<std::string>& languages) {
  SentencePieceJson read =
      read_sentencepiece_json(folder.read(kConvertedPieces), (folder.path() / kConvertedPieces).string());
  NumberedTokens vocabulary{pieces_in(read.model), 0, std::move(read.model), kConvertedPieces};
  std::vector<std::string>& tokens = vocabulary.tokens;
  for (const ListedToken& token : read.added) {
    if (token.id == std::ssize(tokens)) tokens.push_back(token.name);
  }
  const auto first = std::ranges::find(tokens, languages.front());
  vocabulary.first_language = static_cast<std::size_t>(first - tokens.begin());
  const auto found = std::span(tokens).subspan(vocabulary.first_language);
  if (found.size() < languages.size() || !std::ranges::equal(found.first(languages.size()), languages)) {
    throw std::runtime_error(fmt::format("{}: lacks the tokens of the languages, {} …, in their order",
                                         (folder.path() / kConvertedPieces).string(), languages.front()));
  }
  return vocabulary;
}

// As fairseq numbers them: four tokens of its own, then the pieces of the model but its first three.
NumberedTokens fairseq_vocabulary(const HuggingFaceFolder& folder, const std::vector<std::string>& languages) {
  if (!folder.has(kSharedPieces) && folder.has(kConvertedPieces)) return converted_vocabulary(folder, languages);
  constexpr std::size_t kOwn = 3;  // <unk>, <s> and </s>
  NumberedTokens vocabulary{{"<s>", "<pad>", "</s>", "<unk>"}, 0, folder.read(kSharedPieces), kSharedPieces};
  const std::vector<std::string> pieces = pieces_in(vocabulary.model);
  for (std::size_t id = kOwn; id < pieces.size(); ++id) vocabulary.tokens.push_back(pieces[id]);
  vocabulary.first_language = vocabulary.tokens.size();
  vocabulary.tokens.insert(vocabulary.tokens.end(), languages.begin(), languages.end());
  vocabulary.tokens.emplace_back("<mask>");
  return vocabulary;
}

// Those of vocab.json, then the languages.
NumberedTokens listed_vocabulary(HuggingFaceFolder& folder, const std::vector<std::string>& languages) {
  const std::string file = (folder.path() / kListedTokens).string();
  const auto size = folder.config().get<std::int32_t>("vocab_size", kM2m100Form.vocabulary);
  NumberedTokens vocabulary{read_tokens(folder.read(kListedTokens), size, file), 0, folder.read(kSharedPieces),
                            kSharedPieces};
  while (!vocabulary.tokens.empty() && vocabulary.tokens.back().empty()) vocabulary.tokens.pop_back();
  if (std::ranges::count(vocabulary.tokens, "") > 0)
    throw std::runtime_error(fmt::format("{}: has gaps among its ids; copy the model anew", file));
  vocabulary.first_language = vocabulary.tokens.size();
  for (const std::string& language : languages) vocabulary.tokens.push_back(fmt::format("__{}__", language));
  return vocabulary;
}

class MultilingualReader {
 public:
  MultilingualReader(HuggingFaceFolder& folder, const BartForm& form) : reader_(folder, form) {}

  // target_before: whether a translation begins with its language; else that is its start token.
  ImportedModel read(NumberedTokens vocabulary, const std::vector<std::string>& languages, bool legacy,
                     bool target_before);

 private:
  void set_template(const NumberedTokens& vocabulary, const std::vector<std::string>& languages, bool legacy,
                    bool target_before);
  void set_target_language();
  Tokenizer tokenizer(NumberedTokens vocabulary);

  BartReader reader_;
};

void MultilingualReader::set_template(const NumberedTokens& vocabulary, const std::vector<std::string>& languages,
                                      bool legacy, bool target_before) {
  ModelConfig& config = reader_.config();
  const auto first = static_cast<std::int32_t>(vocabulary.first_language);
  const auto count = static_cast<std::int32_t>(languages.size());
  if (first + count > config.source_vocabulary) {
    reader_.options().refuse(
        "vocab_size", fmt::format("but there are {} tokens and {} languages; copy the model anew", first, count));
  }
  std::vector<Language> numbered;
  for (std::int32_t i = 0; i < count; ++i) numbered.push_back({languages[static_cast<std::size_t>(i)], first + i});
  set_language_template(config, std::move(numbered), legacy, target_before);
}

// A model that was fine-tuned for one language may name it for good.
void MultilingualReader::set_target_language() {
  ForeignOptions& generation = reader_.folder().generation();
  const auto forced = generation.find<std::int32_t>("forced_bos_token_id");
  reader_.options().ignore({"forced_bos_token_id"});
  if (!forced) return;
  const auto& languages = reader_.config().text_template.languages;
  const auto found = std::ranges::find(languages, *forced, &Language::token);
  if (found == languages.end()) generation.refuse("forced_bos_token_id", "but that is no language's token");
  try {
    reader_.config().trained_on.target_lang = language_code(found->code);
  } catch (const std::invalid_argument&) {
    reader_.notes().push_back(
        fmt::format("its translations begin with {} by default; say --target-lang {}", found->code, found->code));
  }
}

Tokenizer MultilingualReader::tokenizer(NumberedTokens vocabulary) {
  const ModelConfig& config = reader_.config();
  const std::string file = (reader_.folder().path() / vocabulary.file).string();
  vocabulary.tokens.resize(static_cast<std::size_t>(config.source_vocabulary));
  TokenTable table = token_table(std::move(vocabulary.tokens), config.special_ids.pad, file);
  note_replaced(table.replaced, vocabulary.file, reader_.notes());
  Tokenizer made = Tokenizer::from_files({{std::string(kSentencePieceFile), std::move(vocabulary.model)},
                                          {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                                         file);
  reader_.require_ids_of(made, file);
  return made;
}

ImportedModel MultilingualReader::read(NumberedTokens vocabulary, const std::vector<std::string>& languages,
                                       bool legacy, bool target_before) {
  require_plain_tokenizer(reader_.folder().tokenizer());
  reader_.read_network();
  set_template(vocabulary, languages, legacy, target_before);
  if (target_before) set_target_language();
  const Tokenizer both = tokenizer(std::move(vocabulary));
  ImportedModel model = reader_.finish({both, both});
  model.sample_languages = some_languages(model.config.text_template);
  model.notes.push_back(note_of_languages(model.config.text_template));
  return model;
}

}  // namespace

ImportedModel read_m2m100(HuggingFaceFolder& folder) {
  ForeignOptions& tokenizer = folder.tokenizer();
  if (folder.has(kListedTokens)) {
    const auto name = tokenizer.get<std::string>("language_codes", "m2m100");
    if (name != "m2m100" && name != "wmt21") tokenizer.refuse("language_codes", "for which Dragoman has no list");
    const auto languages = language_codes(name == "wmt21" ? LanguageList::wmt21 : LanguageList::m2m100);
    return MultilingualReader(folder, kM2m100Form).read(listed_vocabulary(folder, languages), languages, false, true);
  }
  BartForm form = kM2m100Form;
  form.family = "NLLB";
  form.vocabulary = 256206;
  const auto languages = language_codes(LanguageList::nllb);
  const bool legacy = tokenizer.get<bool>("legacy_behaviour", false);
  return MultilingualReader(folder, form).read(fairseq_vocabulary(folder, languages), languages, legacy, true);
}

ImportedModel read_mbart(HuggingFaceFolder& folder) {
  const auto kind = folder.tokenizer().get<std::string>(
      "tokenizer_class", folder.config().get<std::string>("tokenizer_class", "MBartTokenizer"));
  const bool of_50 = kind.starts_with("MBart50");
  BartForm form = kMbartForm;
  if (of_50) form.family = "mBART-50";
  if (of_50) form.start = form.end;
  if (!of_50 && !folder.config().has("decoder_start_token_id")) {
    throw std::runtime_error(fmt::format(
        "{}: 'decoder_start_token_id' is missing; only a model that was fine-tuned for one target language has it",
        folder.config().file()));
  }
  const auto languages = language_codes(of_50 ? LanguageList::mbart50 : LanguageList::mbart25);
  return MultilingualReader(folder, form).read(fairseq_vocabulary(folder, languages), languages, !of_50, of_50);
}

}  // namespace dragoman
