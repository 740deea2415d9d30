#include "formats/huggingface/bart_reader.h"

#include "formats/huggingface/bart_weights.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/generation_defaults.h"
#include "model/attention/positions/positional_encoding.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr int kUnusedPositions = 2;  // of a table that is learned

}  // namespace

BartReader::BartReader(HuggingFaceFolder& folder, const BartForm& form)
    : folder_(folder), options_(folder.config()), form_(form), weights_(folder.weights()) {
  if (form_.body && weights_.contains("shared.weight")) weights_.add_prefix("model.");
}

// The same number for both stacks.
int BartReader::common_size(const std::string& what, int usual) {
  const int encoder = options_.get<int>("encoder_" + what, usual);
  const int decoder = options_.get<int>("decoder_" + what, usual);
  if (encoder != decoder) {
    options_.refuse("decoder_" + what,
                    fmt::format("but encoder_{} is {}; Dragoman has one number for both", what, encoder));
  }
  return encoder;
}

// Older models describe another network with some of these; transformers would not compute that, either.
void BartReader::require_representable() {
  options_.require<bool>("is_encoder_decoder", true);
  options_.require<bool>("is_decoder", false);
  options_.require<bool>("static_position_embeddings", form_.positions != BartForm::Positions::learned);
  options_.require<bool>("normalize_before", form_.norm == Norm::pre);
  options_.require<bool>("normalize_embedding", form_.embedding_norm);
  options_.require<bool>("add_final_layer_norm", form_.final_norm);
  options_.require<bool>("add_cross_attention", false);
  if (const auto names = options_.find<std::vector<std::string>>("architectures");
      names && *names != std::vector<std::string>{form_.architecture} &&
      (!form_.body || *names != std::vector<std::string>{form_.body}))
    options_.refuse("architectures", fmt::format("but only a {} translates", form_.architecture));
  require_plain_weights(options_);
}

void BartReader::read_sizes() {
  config_.width = options_.get<int>("d_model", 1024);
  config_.encoder_layers = options_.get<int>("encoder_layers", 12);
  config_.decoder_layers = options_.get<int>("decoder_layers", 12);
  config_.heads = common_size("attention_heads", 16);
  config_.feed_forward_width = common_size("ffn_dim", 4096);
  config_.max_positions = options_.get<int>("max_position_embeddings", 1024);
  config_.activation = activation_of(options_, "activation_function",
                                     options_.get<std::string>("activation_function", form_.activation));
  config_.embedding_scale = options_.get<bool>("scale_embedding", form_.embedding_scale);
  config_.positions = form_.positions == BartForm::Positions::learned ? "learned" : "sinusoidal";
  config_.positions_layout = PositionsLayout::halves;
  config_.norm = form_.norm;
  config_.final_norm = form_.final_norm;
  config_.embedding_norm = form_.embedding_norm;
  config_.norm_epsilon = 1e-5;
  config_.projection_bias = true;
  const bool shared = !form_.may_share_in_part || options_.get<bool>("share_encoder_decoder_embeddings", true);
  const bool tied = options_.get<bool>("tie_word_embeddings", true);
  config_.tied_embeddings = !tied ? TiedEmbeddings::none : shared ? TiedEmbeddings::all : TiedEmbeddings::target;
  config_.source_vocabulary = options_.get<std::int32_t>("vocab_size", form_.vocabulary);
  config_.target_vocabulary = config_.source_vocabulary;
  if (!form_.may_share_in_part) return;
  config_.target_vocabulary = options_.get<std::int32_t>("decoder_vocab_size", config_.source_vocabulary);
  if (shared && config_.source_vocabulary != config_.target_vocabulary)
    options_.refuse("decoder_vocab_size", "but share_encoder_decoder_embeddings asks for one vocabulary");
}

void BartReader::read_special_ids() {
  config_.special_ids.pad = options_.get<std::int32_t>("pad_token_id", form_.pad);
  config_.special_ids.bos = SpecialIds::kNone;
  config_.special_ids.eos = options_.get<std::int32_t>("eos_token_id", form_.end);
  config_.start_token = form_.start ? options_.get<std::int32_t>("decoder_start_token_id", *form_.start)
                                    : options_.get<std::int32_t>("decoder_start_token_id");
  if (form_.positions != BartForm::Positions::offset_sinusoidal) return;
  config_.sinusoids = Sinusoids::tensor2tensor;
  config_.first_position = config_.special_ids.pad + 1;
}

void BartReader::read_dropout() {
  config_.dropout = options_.get<double>("dropout", 0.1);
  config_.attention_dropout = options_.get<double>("attention_dropout", 0.0);
  config_.activation_dropout = options_.get<double>("activation_dropout", 0.0);
  const auto encoder = options_.get<double>("encoder_layerdrop", 0.0);
  if (options_.get<double>("decoder_layerdrop", 0.0) == encoder) config_.layer_dropout = encoder;
}

// The table that all share counts where a file has others beside it: models of OPUS-MT are known in which they differ.
// Where the output has a table of its own, transformers since 5.0 has none that the two sides share, whatever the
// config says, but may still write it.
void BartReader::take_embeddings() {
  const std::string shared = "model.shared.weight", source = "model.encoder.embed_tokens.weight",
                    target = "model.decoder.embed_tokens.weight", output = "lm_head.weight";
  const bool share = !form_.may_share_in_part || options_.get<bool>("share_encoder_decoder_embeddings", true);
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

void BartReader::take_bias() {
  const auto bias = weights_.take_if_there("final_logits_bias", {1, config_.target_vocabulary});
  config_.output_bias = bias && bias->any().item<bool>();
  if (config_.output_bias) taken_.emplace_back("output_bias", bias->flatten());
}

// Learned, or sinusoids that a file may have in it, too.
void BartReader::take_positions(const std::string& stack) {
  const std::string name = fmt::format("model.{}.embed_positions.weight", stack);
  if (form_.positions == BartForm::Positions::learned) {
    const auto table = weights_.take(name, {config_.max_positions + kUnusedPositions, config_.width});
    taken_.emplace_back(stack + "_input.positions", table.narrow(0, kUnusedPositions, config_.max_positions).clone());
  } else {
    const bool offset = form_.positions == BartForm::Positions::offset_sinusoidal;
    check_sinusoids(offset ? name + "s" : name, config_.max_positions + (offset ? kUnusedPositions : 0));
  }
}

void BartReader::check_sinusoids(const std::string& name, std::int64_t rows) {
  if (!weights_.contains(name)) return;
  constexpr double kRounding = 1e-6, kRoundingOfHalves = 2e-3;
  const std::int64_t first = config_.first_position;
  const auto table = weights_.take(name, {rows, config_.width});
  const auto expected = sinusoidal_positions(rows, config_.width, config_.positions_layout, config_.sinusoids);
  const double difference = (table - expected).narrow(0, first, rows - first).abs().max().item<double>();
  if (difference > kRounding) notes_.push_back(fmt::format("'{}' is rounded in the file, and computed here", name));
  if (difference > kRoundingOfHalves) {
    throw std::runtime_error(fmt::format("{}: '{}' is no table of sinusoids, and Dragoman has no form for another",
                                         folder_.path().string(), name));
  }
}

void BartReader::read_network() {
  require_representable();
  read_sizes();
  read_special_ids();
  read_dropout();
  take_embeddings();
  take_bias();
  TakenWeights names(weights_, taken_);
  name_bart_layers(config_, names);
  for (const std::string stack : {"encoder", "decoder"}) take_positions(stack);
  weights_.require_all_taken(form_.family);
}

void BartReader::require_ids_of(const Tokenizer& tokenizer, const std::string& file) const {
  const SpecialIds ids = tokenizer.special_ids();
  if (ids.eos == config_.special_ids.eos && ids.pad == config_.special_ids.pad) return;
  throw std::runtime_error(fmt::format("{}: </s> and <pad> have the ids {} and {}, but config.json says {} and {}",
                                       file, ids.eos, ids.pad, config_.special_ids.eos, config_.special_ids.pad));
}

ImportedModel BartReader::finish(Tokenizers tokenizers) {
  TextTemplate& form = config_.text_template;
  if (form.languages.empty() || form.languages_optional) {
    if (const auto first = folder_.generation().find<std::int32_t>("forced_bos_token_id"))
      form.target_before = {*first};
  }
  config_.special_ids.unk = tokenizers.target.special_ids().unk;
  const auto forced = static_cast<int>(form.target_before.size());
  config_.decoding = generation_defaults(folder_.generation(), forced, notes_);
  std::vector<std::string> overruled;
  generation_defaults(options_, forced, overruled);  // of generation_config.json, where that is there
  options_.ignore({"add_bias_logits", "extra_pos_embeddings", "force_bos_token_to_be_generated"});
  note_unread(options_, notes_);
  require_valid(config_, options_);
  weights_.require_unchanged();
  notes_.push_back(fmt::format("weights: {}, kept in fp32", weights_.types_taken()));
  ImportedModel model{config_, std::move(tokenizers), std::move(taken_), form_.family};
  model.notes = std::move(notes_);
  return model;
}

}  // namespace dragoman
