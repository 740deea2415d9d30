#include "formats/huggingface/exported_tokenizer.h"

#include "formats/foreign/exportable.h"
#include "formats/foreign/language_codes.h"
#include "tokenizer/language_code.h"
#include "tokenizer/model_file.h"
#include "tokenizer/pair_merges.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// {"piece": id, …} of the first of them. As an object of the library's it would take the square of its size.
std::string ids_by_piece(const Tokenizer& tokenizer, std::int32_t count) {
  std::string text = "{";
  for (std::int32_t id = 0; id < count; ++id)
    text += fmt::format("{}{}: {}", id == 0 ? "" : ", ", Json(tokenizer.piece(id)).dump(), id);
  return text + "}\n";
}

// One of transformers' classes for models of several languages, and what is known of its vocabulary.
class MultilingualTokenizer {
 public:
  MultilingualTokenizer(const ModelConfig& config, const Tokenizer& tokenizer, std::string_view model_type)
      : config_(config), form_(config.text_template), tokenizer_(tokenizer), model_(config, "transformers") {
    for (const Language& language : form_.languages) codes_.push_back(language.code);
    pieces_ = spm();
    if (model_type == "mbart") {
      write_mbart();
    } else if (model_type == "m2m_100" && language_piece(0) == fmt::format("__{}__", codes_.front())) {
      write_m2m100();
    } else {
      write_nllb();
    }
  }

  const ExportedTokenizer& made() const { return made_; }

 private:
  std::string spm() const {
    for (CodecFile& file : tokenizer_.files()) {
      if (file.extension == kSentencePieceFile) return std::move(file.bytes);
    }
    model_.refuse("a tokenizer without", "SentencePiece");
  }

  std::string language_piece(std::size_t i) const { return tokenizer_.piece(form_.languages[i].token); }

  // That the languages are those of the list, one behind the other from `first` on.
  void require_list(LanguageList list, std::int32_t first) const {
    model_.require(codes_ == language_codes(list), "languages of its own, such as", codes_.front());
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      model_.require(form_.languages[i].token == first + static_cast<std::int32_t>(i),
                     "another order of languages, such as", codes_[i]);
    }
  }

  void require_template(bool legacy, bool target_before) const {
    using Places = std::vector<std::int32_t>;
    constexpr std::int32_t kSource = TextTemplate::kSourceLang, kTarget = TextTemplate::kTargetLang,
                           kEnd = TextTemplate::kEnd;
    const bool fits = form_.source_before == (legacy ? Places{} : Places{kSource}) &&
                      form_.source_behind == (legacy ? Places{kEnd, kSource} : Places{kEnd}) &&
                      form_.target_before == (target_before ? Places{kTarget} : Places{});
    model_.require(fits, "text_template", "of its own");
  }

  void set_class(const char* name) {
    made_.config["tokenizer_class"] = name;
    const auto own = [&](const char* key, const std::optional<std::string>& code) {
      const auto found = code ? language_named(codes_, *code) : std::nullopt;
      if (found) made_.config[key] = codes_[*found];
    };
    own("src_lang", config_.trained_on.source_lang);
    own("tgt_lang", config_.trained_on.target_lang);
    made_.files["sentencepiece.bpe.model"] = pieces_;
  }

  // Four tokens of its own, the pieces but for the first three, the languages.
  void write_mbart() {
    const bool names_start =
        std::ranges::find(form_.languages, config_.start_token, &Language::token) != form_.languages.end();
    require_template(names_start, !names_start);
    const std::vector<std::string> pieces = pieces_in(pieces_);
    const std::vector<std::string> own{"<s>", "<pad>", "</s>", "<unk>"};
    const auto count = static_cast<std::int32_t>(pieces.size());
    for (std::int32_t id = 0; id <= count; ++id) {
      const auto place = static_cast<std::size_t>(id);
      const std::string& expected = place < own.size() ? own[place] : pieces[place - 1];
      model_.require(id < tokenizer_.vocabulary_size() && tokenizer_.piece(id) == expected,
                     "another order of its vocabulary than fairseq's, beginning with",
                     tokenizer_.piece(std::min(id, tokenizer_.vocabulary_size() - 1)));
    }
    require_list(names_start ? LanguageList::mbart25 : LanguageList::mbart50, count + 1);
    set_class(names_start ? "MBartTokenizer" : "MBart50Tokenizer");
  }

  // The tokens of a list, the languages behind them.
  void write_m2m100() {
    require_template(false, true);
    const std::int32_t first = form_.languages.front().token;
    const bool is_short = codes_.size() == language_codes(LanguageList::wmt21).size();
    require_list(is_short ? LanguageList::wmt21 : LanguageList::m2m100, first);
    set_class("M2M100Tokenizer");
    made_.config["language_codes"] = is_short ? "wmt21" : "m2m100";
    made_.files["vocab.json"] = ids_by_piece(tokenizer_, first);
  }

  void write_nllb() {
    const bool legacy = form_.source_before.empty();
    require_template(legacy, true);
    model_.require(tokenizer_.segmentation() == Segmentation::bpe, "several languages and a tokenizer that is not of",
                   "byte-pair encoding");
    set_class("NllbTokenizer");
    made_.config["legacy_behaviour"] = legacy;
    std::vector<std::int32_t> special;
    for (std::int32_t id = 0; id < tokenizer_.vocabulary_size(); ++id) {
      const bool is_language = std::ranges::find(form_.languages, id, &Language::token) != form_.languages.end();
      if (is_language) made_.config["extra_special_tokens"].push_back(tokenizer_.piece(id));
      const SpecialIds& own = config_.special_ids;
      if (is_language || id == own.pad || id == own.eos || id == own.unk || tokenizer_.piece(id) == "<s>")
        special.push_back(id);
    }
    made_.files["tokenizer.json"] = bpe_tokenizer_json(tokenizer_, special);
  }

  const ModelConfig& config_;
  const TextTemplate& form_;
  const Tokenizer& tokenizer_;
  Exportable model_;
  std::vector<std::string> codes_;
  std::string pieces_;
  ExportedTokenizer made_;
};

std::optional<std::string> merges_of(const Tokenizer& tokenizer) {
  for (CodecFile& file : tokenizer.files()) {
    if (file.extension == kMergesFile) return std::move(file.bytes);
  }
  return std::nullopt;
}

// Of BART, whose texts all stand between <s> and </s>.
ExportedTokenizer byte_level_tokenizer(const ModelConfig& config, const Tokenizers& tokenizers,
                                       std::string_view merges) {
  const Exportable model(config, "transformers");
  const TextTemplate& form = config.text_template;
  const std::vector begin{tokenizers.target.special_ids().bos};
  model.require(tokenizers.joint(), "joint-vocabulary", false);
  model.require(form.source_before == begin && form.source_behind == std::vector{TextTemplate::kEnd} &&
                    (form.target_before == begin || form.target_before.empty()),
                "text_template", "of its own");
  const std::size_t end = std::min(merges.find_first_of("\r\n"), merges.size());
  const MergesHeader header = MergesHeader::read(merges.substr(0, end)).value();
  model.require(header.added_tokens == 0, "a tokenizer with", "added tokens");
  ExportedTokenizer made;
  made.config["tokenizer_class"] = "BartTokenizer";
  made.config["add_prefix_space"] = header.prefix_space;
  made.files["merges.txt"] = MergesHeader{}.line() + std::string(merges.substr(end));
  made.files["vocab.json"] = ids_by_piece(tokenizers.target, tokenizers.target.vocabulary_size());
  return made;
}

// Lines may begin with a language where the model does without it.
ExportedTokenizer marian_tokenizer(const ModelConfig& config, const Tokenizers& tokenizers) {
  const Exportable model(config, "transformers");
  const TextTemplate& form = config.text_template;
  model.require((form.source_before.empty() || form.languages_optional) &&
                    form.source_behind == std::vector{TextTemplate::kEnd} && form.target_before.size() <= 1,
                "text_template", "of its own");
  ExportedTokenizer made;
  for (const auto& [name, tokenizer] :
       {std::pair{"source.spm", &tokenizers.source}, {"target.spm", &tokenizers.target}}) {
    for (CodecFile& file : tokenizer->files()) {
      if (file.extension == kSentencePieceFile) made.files[name] = std::move(file.bytes);
    }
    model.require(made.files.contains(name), "a tokenizer without", "SentencePiece");
  }
  const auto ids_of = [](const Tokenizer& tokenizer) { return ids_by_piece(tokenizer, tokenizer.vocabulary_size()); };
  const std::string source = ids_of(tokenizers.source), target = ids_of(tokenizers.target);
  made.files["vocab.json"] = source;
  if (source != target) made.files["target_vocab.json"] = target;
  made.config["tokenizer_class"] = "MarianTokenizer";
  made.config["separate_vocabs"] = source != target;
  if (config.trained_on.source_lang) made.config["source_lang"] = *config.trained_on.source_lang;
  if (config.trained_on.target_lang) made.config["target_lang"] = *config.trained_on.target_lang;
  return made;
}

}  // namespace

ExportedTokenizer exported_tokenizer(const ModelConfig& config, const Tokenizers& tokenizers,
                                     std::string_view model_type) {
  const bool needs_languages = !config.text_template.languages.empty() && !config.text_template.languages_optional;
  const std::optional<std::string> merges = merges_of(tokenizers.target);
  ExportedTokenizer made = needs_languages ? MultilingualTokenizer(config, tokenizers.target, model_type).made()
                           : merges        ? byte_level_tokenizer(config, tokenizers, *merges)
                                           : marian_tokenizer(config, tokenizers);
  const Tokenizer& target = tokenizers.target;
  made.config["pad_token"] = target.piece(config.special_ids.pad);
  made.config["eos_token"] = target.piece(config.special_ids.eos);
  made.config["unk_token"] = target.piece(config.special_ids.unk);
  if (const auto longest = config.longest_sentence()) made.config["model_max_length"] = *longest;
  return made;
}

}  // namespace dragoman
