#include "formats/huggingface/t5_family.h"

#include "formats/foreign/target_languages.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/generation_defaults.h"
#include "formats/huggingface/t5_tokenizer.h"
#include "formats/huggingface/t5_weights.h"
#include "formats/huggingface/table_tokenizers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kTable = "shared.weight";
constexpr const char* kOutput = "lm_head.weight";

// What transformers calls the models, and what differs between them where config.json is silent.
struct T5Kind {
  std::string_view model_type, name;
  const char* feed_forward;  // feed_forward_proj
  bool has_table_in_each_layer;
};
constexpr std::array kKinds = {T5Kind{"t5", "T5", "relu", false}, T5Kind{"mt5", "mT5", "gated-gelu", false},
                               T5Kind{"umt5", "UMT5", "gated-gelu", true}};

class T5Reader {
 public:
  explicit T5Reader(HuggingFaceFolder& folder)
      : folder_(folder),
        options_(folder.config()),
        kind_(*std::ranges::find(kKinds, options_.get<std::string>("model_type"), &T5Kind::model_type)),
        weights_(folder.weights()) {}

  ImportedModel read();

 private:
  void require_representable();
  void read_sizes();
  void read_feed_forward();
  void read_vocabulary_facts();
  void take_tables();
  bool scales_output();
  void describe(ImportedModel& model);

  HuggingFaceFolder& folder_;
  ForeignOptions& options_;
  const T5Kind& kind_;
  ForeignWeights weights_;
  ModelConfig config_;
  NamedTensors taken_;
  std::vector<std::string> notes_;
};

void T5Reader::require_representable() {
  options_.require<bool>("is_encoder_decoder", true);
  options_.require<bool>("is_decoder", false);
  options_.require<int>("relative_attention_num_buckets", 32);
  options_.require<int>("relative_attention_max_distance", 128);
  if (const auto names = options_.find<std::vector<std::string>>("architectures")) {
    const bool translates = std::ranges::all_of(*names, [](const std::string& name) {
      return name.ends_with("ForConditionalGeneration") || name == "T5WithLMHeadModel";
    });
    if (!translates) options_.refuse("architectures", "but only a T5ForConditionalGeneration translates");
  }
  require_plain_weights(options_);
  require_plain_tokenizer(folder_.tokenizer(), true);
}

void T5Reader::read_sizes() {
  config_.width = options_.get<int>("d_model");
  config_.heads = options_.get<int>("num_heads");
  config_.head_width = options_.get<int>("d_kv");
  if (config_.head_width * static_cast<std::int64_t>(config_.heads) == config_.width) config_.head_width = 0;
  config_.encoder_layers = options_.get<int>("num_layers");
  config_.decoder_layers = options_.get<int>("num_decoder_layers", config_.encoder_layers);
  config_.source_vocabulary = config_.target_vocabulary = options_.get<std::int32_t>("vocab_size");
  config_.positions = "t5";
  config_.shared_position_biases = !kind_.has_table_in_each_layer;
  config_.self_attention_score = config_.cross_attention_score = "dot";
  config_.normalisation = NormForm::rms;
  config_.norm_epsilon = options_.get<double>("layer_norm_epsilon", 1e-6);
  config_.embedding_scale = false;
  config_.projection_bias = config_.feed_forward_bias = false;
  config_.dropout = config_.attention_dropout = config_.activation_dropout = options_.get<double>("dropout_rate", 0.1);
}

// feed_forward_proj tells both, unless an older program has written them out.
void T5Reader::read_feed_forward() {
  config_.feed_forward_width = options_.get<int>("d_ff");
  constexpr const char* kProjection = "feed_forward_proj";
  const auto projection = options_.get<std::string>(kProjection, kind_.feed_forward);
  constexpr std::string_view kGated = "gated-";
  const bool gated = projection.starts_with(kGated);
  std::string activation = gated ? projection.substr(kGated.size()) : projection;
  if (gated && activation == "gelu") activation = "gelu_new";
  config_.feed_forward_gate = options_.get<bool>("is_gated_act", gated);
  const auto written = options_.find<std::string>("dense_act_fn");
  config_.activation = activation_of(options_, written ? "dense_act_fn" : kProjection, written.value_or(activation));
}

void T5Reader::read_vocabulary_facts() {
  config_.special_ids.pad = options_.get<std::int32_t>("pad_token_id", 0);
  config_.special_ids.bos = SpecialIds::kNone;
  config_.special_ids.eos = options_.get<std::int32_t>("eos_token_id", 1);
  constexpr const char* kStart = "decoder_start_token_id";
  const auto of_search = folder_.generation().find<std::int32_t>(kStart);
  config_.start_token = options_.get<std::int32_t>(kStart, of_search.value_or(config_.special_ids.pad));
}

// A tied output is scaled. Since transformers 5 a config says so by itself, for all of them are tied there; but an mT5
// is never scaled since then.
bool T5Reader::scales_output() {
  const bool tied = options_.get<bool>("tie_word_embeddings", kind_.model_type != "mt5");
  const auto written = options_.find<bool>("scale_decoder_outputs");
  if (kind_.model_type != "mt5") return written.value_or(tied);
  const auto version = options_.get<std::string>("transformers_version", "4");
  return tied && std::strtol(version.c_str(), nullptr, 10) < 5;
}

// Where the output has a table of its own, it is in the file, whatever the config says of ties, if the config is one of
// transformers 5.
void T5Reader::take_tables() {
  config_.output_scale = scales_output();
  const std::vector<std::int64_t> shape{config_.target_vocabulary, config_.width};
  const bool tells_ties = !options_.has("scale_decoder_outputs") && config_.output_scale;
  std::vector<std::string> tied{kTable, "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"};
  if (tells_ties) tied.emplace_back(kOutput);
  const auto table = take_tied(weights_, tied, shape, notes_);
  taken_.emplace_back("embedding.weight", table ? *table : weights_.take(kTable, shape));  // says: missing
  const auto output = tells_ties ? std::nullopt : weights_.take_if_there(kOutput, shape);
  const bool own = output && !output->equal(taken_.front().second);
  config_.tied_embeddings = own ? TiedEmbeddings::inputs : TiedEmbeddings::all;
  if (own) taken_.emplace_back("output_weight", *output);
  // Old files have a table that no version of transformers reads.
  constexpr const char* kUnused = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";
  if (weights_.take_if_there(kUnused, {32, config_.heads}))
    notes_.push_back(fmt::format("'{}' has no effect", kUnused));
}

// The prefixes of T5's tasks of translation, as its config.json has them.
std::vector<std::string> prefixes_in(const ForeignOptions& options) {
  std::vector<std::string> prefixes;
  if (!options.has("task_specific_params")) return prefixes;
  for (const auto& [task, params] : options.json()["task_specific_params"].items()) {
    const auto prefix = task.starts_with("translation") && params.is_object() ? params.find("prefix") : params.end();
    if (prefix != params.end() && prefix->is_string()) prefixes.push_back(prefix->get<std::string>());
  }
  return prefixes;
}

void T5Reader::describe(ImportedModel& model) {
  model.notes = std::move(notes_);
  offer_language_pieces(model);
  const std::vector<std::string> prefixes = prefixes_in(options_);
  if (model.config.text_template.languages.empty() && !prefixes.empty()) {
    model.sample = prefixes.front() + model.sample;
    model.notes.push_back(fmt::format("a line begins with what is to be done: '{}'", fmt::join(prefixes, "', '")));
  }
  model.notes.push_back(fmt::format("weights: {}, kept in fp32", weights_.types_taken()));
}

ImportedModel T5Reader::read() {
  require_representable();
  read_sizes();
  read_feed_forward();
  read_vocabulary_facts();
  take_tables();
  TakenWeights names(weights_, taken_);
  name_t5_layers(config_, names);
  const std::string family(kind_.name);
  weights_.require_all_taken(family);
  const Tokenizer both = has_table_tokenizers(folder_)
                             ? read_table_tokenizers(folder_, config_, notes_).tokenizers.target
                             : read_t5_tokenizer(folder_, config_, notes_);
  config_.special_ids.unk = both.special_ids().unk;
  config_.decoding = generation_defaults(folder_.generation(), 0, notes_);
  std::vector<std::string> overruled;
  generation_defaults(options_, 0, overruled);  // of generation_config.json, where that is there
  note_unread(options_, notes_);
  require_valid(config_, options_);
  weights_.require_unchanged();
  ImportedModel model{config_, {both, both}, std::move(taken_), family};
  describe(model);
  return model;
}

}  // namespace

ImportedModel read_t5(HuggingFaceFolder& folder) {
  return T5Reader(folder).read();
}

}  // namespace dragoman
