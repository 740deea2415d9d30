#include "formats/huggingface/marian_family.h"

#include "formats/foreign/token_table.h"
#include "formats/huggingface/bart_weights.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/generation_defaults.h"
#include "model/attention/positions/positional_encoding.h"
#include "tokenizer/language_code.h"

#include <ATen/ATen.h>

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kFamily = "MarianMT";
constexpr const char* kVocabulary = "vocab.json";
constexpr const char* kTargetVocabulary = "target_vocab.json";

class MarianReader {
 public:
  explicit MarianReader(HuggingFaceFolder& folder)
      : folder_(folder), options_(folder.config()), weights_(folder.weights()) {}

  ImportedModel read();

 private:
  void require_representable();
  void read_sizes();
  void read_vocabulary_facts();
  void read_training_facts();
  void take_embeddings();
  void take_bias();
  void check_positions(const std::string& stack);
  Tokenizer tokenizer(const std::string& spm, const std::string& vocabulary, std::int32_t size);
  void require_end(const Tokenizer& tokenizer, const std::string& vocabulary);

  HuggingFaceFolder& folder_;
  ForeignOptions& options_;
  ForeignWeights weights_;
  ModelConfig config_;
  NamedTensors taken_;
  std::vector<std::string> notes_, languages_;
};

// The same number for both stacks.
int common_size(ForeignOptions& options, const std::string& what, int usual) {
  const int encoder = options.get<int>("encoder_" + what, usual), decoder = options.get<int>("decoder_" + what, usual);
  if (encoder != decoder) {
    options.refuse("decoder_" + what,
                   fmt::format("but encoder_{} is {}; Dragoman has one number for both", what, encoder));
  }
  return encoder;
}

// Older models describe another network with these; transformers would not compute that, either.
void MarianReader::require_representable() {
  options_.require<bool>("is_encoder_decoder", true);
  options_.require<bool>("is_decoder", false);
  options_.require<bool>("static_position_embeddings", true);
  for (const char* name : {"normalize_before", "normalize_embedding", "add_final_layer_norm", "add_cross_attention"})
    options_.require<bool>(name, false);
  if (const auto names = options_.find<std::vector<std::string>>("architectures");
      names && *names != std::vector<std::string>{"MarianMTModel"})
    options_.refuse("architectures", "but only a MarianMTModel translates");
  require_plain_weights(options_);
  require_plain_tokenizer(folder_.tokenizer());
}

void MarianReader::read_sizes() {
  config_.width = options_.get<int>("d_model", 1024);
  config_.encoder_layers = options_.get<int>("encoder_layers", 12);
  config_.decoder_layers = options_.get<int>("decoder_layers", 12);
  config_.heads = common_size(options_, "attention_heads", 16);
  config_.feed_forward_width = common_size(options_, "ffn_dim", 4096);
  config_.max_positions = options_.get<int>("max_position_embeddings", 1024);
  constexpr const char* kActivation = "activation_function";
  config_.activation = activation_of(options_, kActivation, options_.get<std::string>(kActivation, "gelu"));
  config_.embedding_scale = options_.get<bool>("scale_embedding", false);
  config_.positions = "sinusoidal";
  config_.positions_layout = PositionsLayout::halves;
  config_.norm = Norm::post;
  config_.final_norm = false;
  config_.norm_epsilon = 1e-5;
  config_.projection_bias = true;
  const bool shared = options_.get<bool>("share_encoder_decoder_embeddings", true);
  const bool tied = options_.get<bool>("tie_word_embeddings", true);
  config_.tied_embeddings = !tied ? TiedEmbeddings::none : shared ? TiedEmbeddings::all : TiedEmbeddings::target;
  config_.source_vocabulary = options_.get<std::int32_t>("vocab_size", 58101);
  config_.target_vocabulary = options_.get<std::int32_t>("decoder_vocab_size", config_.source_vocabulary);
  if (shared && config_.source_vocabulary != config_.target_vocabulary)
    options_.refuse("decoder_vocab_size", "but share_encoder_decoder_embeddings asks for one vocabulary");
}

void MarianReader::read_vocabulary_facts() {
  config_.special_ids.pad = options_.get<std::int32_t>("pad_token_id", 58100);
  config_.special_ids.bos = SpecialIds::kNone;
  config_.special_ids.eos = options_.get<std::int32_t>("eos_token_id", 0);
  config_.start_token = options_.get<std::int32_t>("decoder_start_token_id", 58100);
}

void MarianReader::read_training_facts() {
  config_.dropout = options_.get<double>("dropout", 0.1);
  config_.attention_dropout = options_.get<double>("attention_dropout", 0.0);
  config_.activation_dropout = options_.get<double>("activation_dropout", 0.0);
  const auto encoder = options_.get<double>("encoder_layerdrop", 0.0);
  if (options_.get<double>("decoder_layerdrop", 0.0) == encoder) config_.layer_dropout = encoder;
  ForeignOptions& tokenizer = folder_.tokenizer();
  for (const auto& [name, fact] : {std::pair{"source_lang", &config_.trained_on.source_lang},
                                   std::pair{"target_lang", &config_.trained_on.target_lang}}) {
    try {
      if (const auto code = tokenizer.find<std::string>(name)) *fact = language_code(*code);
    } catch (const std::invalid_argument&) {
      // A group of languages, such as ROMANCE, is none.
    }
  }
}

// The table that all share counts where a file has others beside it: models of OPUS-MT are known in which they differ.
// Where the output has a table of its own, transformers since 5.0 has none that the two sides share, whatever the
// config says, but may still write it.
void MarianReader::take_embeddings() {
  const std::string shared = "model.shared.weight", source = "model.encoder.embed_tokens.weight",
                    target = "model.decoder.embed_tokens.weight", output = "lm_head.weight";
  const bool share = options_.get<bool>("share_encoder_decoder_embeddings", true);
  const auto take = [&](const std::string& ours, const std::vector<std::string>& names, std::int32_t rows) {
    const auto table = take_tied(weights_, names, {rows, config_.width}, notes_);
    taken_.emplace_back(ours, table ? *table : weights_.take(names.front(), {rows, config_.width}));  // says: missing
  };
  if (config_.tied_embeddings == TiedEmbeddings::all)
    return take("embedding.weight", {shared, source, target, output}, config_.target_vocabulary);
  const bool tied = config_.tied_embeddings == TiedEmbeddings::target;
  const auto or_shared = [&](const std::string& name) { return share && !weights_.contains(name) ? shared : name; };
  take("source_embedding.weight", {or_shared(source)}, config_.source_vocabulary);
  take("target_embedding.weight", tied ? std::vector{target, output} : std::vector{or_shared(target)},
       config_.target_vocabulary);
  if (tied) return;
  take("output_weight", {output}, config_.target_vocabulary);
  if (share) weights_.take_if_there(shared, {config_.source_vocabulary, config_.width});
}

void MarianReader::take_bias() {
  const auto bias = weights_.take_if_there("final_logits_bias", {1, config_.target_vocabulary});
  config_.output_bias = bias && bias->any().item<bool>();
  if (config_.output_bias) taken_.emplace_back("output_bias", bias->flatten());
}

// A file may have the sinusoids in it, which are not learned.
void MarianReader::check_positions(const std::string& stack) {
  const std::string name = fmt::format("model.{}.embed_positions.weight", stack);
  if (!weights_.contains(name)) return;
  constexpr double kRounding = 1e-6, kRoundingOfHalves = 2e-3;
  const auto table = weights_.take(name, {config_.max_positions, config_.width});
  const auto expected = sinusoidal_positions(config_.max_positions, config_.width, config_.positions_layout);
  const double difference = (table - expected).abs().max().item<double>();
  if (difference > kRounding) notes_.push_back(fmt::format("'{}' is rounded in the file, and computed here", name));
  if (difference > kRoundingOfHalves) {
    throw std::runtime_error(fmt::format("{}: '{}' is no table of sinusoids, and Dragoman has no form for another",
                                         folder_.path().string(), name));
  }
}

Tokenizer MarianReader::tokenizer(const std::string& spm, const std::string& vocabulary, std::int32_t size) {
  const std::string file = (folder_.path() / vocabulary).string();
  TokenTable table = read_token_table(folder_.read(vocabulary), size, config_.special_ids.pad, file);
  if (table.replaced > 0)
    notes_.push_back(
        fmt::format("{}: {} ids have no token that text can hold; they are called <id-N>", vocabulary, table.replaced));
  languages_ = std::move(table.languages);
  Tokenizer made = Tokenizer::from_files({{std::string(kSentencePieceFile), folder_.read(spm)},
                                          {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                                         (folder_.path() / spm).string());
  require_end(made, file);
  return made;
}

void MarianReader::require_end(const Tokenizer& tokenizer, const std::string& vocabulary) {
  const std::int32_t end = tokenizer.special_ids().eos;
  if (end == config_.special_ids.eos) return;
  throw std::runtime_error(
      fmt::format("{}: </s> has the id {}, but config.json says {}; Dragoman has one for both sides", vocabulary, end,
                  config_.special_ids.eos));
}

ImportedModel MarianReader::read() {
  require_representable();
  read_sizes();
  read_vocabulary_facts();
  read_training_facts();
  take_embeddings();
  take_bias();
  take_bart_layers(weights_, config_, taken_);
  check_positions("encoder");
  check_positions("decoder");
  weights_.require_all_taken(kFamily);
  const bool separate = folder_.tokenizer().get<bool>("separate_vocabs", false);
  const Tokenizer target =
      tokenizer("target.spm", separate ? kTargetVocabulary : kVocabulary, config_.target_vocabulary);
  const Tokenizer source = tokenizer("source.spm", kVocabulary, config_.source_vocabulary);
  config_.special_ids.unk = target.special_ids().unk;
  const std::array never = {config_.special_ids.pad, config_.special_ids.unk};
  config_.decoding = generation_defaults(folder_.generation(), never, notes_);
  std::vector<std::string> overruled;
  generation_defaults(options_, never, overruled);  // of generation_config.json, where that is there
  note_unread(options_, notes_);
  require_valid(config_, options_);
  weights_.require_unchanged();
  ImportedModel model{config_, {source, target}, std::move(taken_), kFamily};
  if (!languages_.empty()) {
    model.sample = languages_.front() + " " + model.sample;
    notes_.push_back(
        fmt::format("a line begins with the language of its translation, one of {}", fmt::join(languages_, " ")));
  }
  notes_.push_back(fmt::format("weights: {}, kept in fp32", weights_.types_taken()));
  model.notes = std::move(notes_);
  return model;
}

}  // namespace

ImportedModel read_marian(HuggingFaceFolder& folder) {
  return MarianReader(folder).read();
}

}  // namespace dragoman
