#include "model/model_config.h"

#include "model/architecture.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/attention/positions/position_scheme.h"
#include "model/attention/scores/attention_score.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

struct Preset {
  std::string_view name;
  int layers, width, feed_forward_width, heads;
};
constexpr std::array kPresets = {Preset{"tiny", 4, 128, 256, 4}, Preset{"small", 4, 256, 1024, 4},
                                 Preset{"base", 6, 512, 2048, 8}, Preset{"big", 6, 1024, 4096, 16}};

// More than the deepest that anyone has trained; what is beyond it would fill the memory with modules.
constexpr int kMostLayers = 1000;
constexpr int kMostTokens = 100000;  // of a translation, as SearchOptions has it

void require(bool holds, std::string_view field, double value, std::string_view allowed) {
  if (!holds) throw std::invalid_argument(fmt::format("{} is {}, but must be {}", field, value, allowed));
}

// Throws unless `name` is one of the forms. Returns it.
template <typename AnyForm>
const AnyForm& require_form(std::span<const AnyForm> forms, std::string_view field, const std::string& name) {
  try {
    return form_named(forms, name);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", field, error.what()));
  }
}

void require_forms(const ModelConfig& config) {
  require_form(attention_scores(), "self-attention-score", config.self_attention_score);
  require_form(attention_scores(), "cross-attention-score", config.cross_attention_score);
  const auto& decoder = require_form(self_attention_forms(), "decoder-self-attention", config.decoder_self_attention);
  const auto& encoder = require_form(self_attention_forms(), "encoder-self-attention", config.encoder_self_attention);
  if (!encoder.in_encoder) {
    throw std::invalid_argument(fmt::format("encoder-self-attention is {}, which looks back only; that is for decoders",
                                            config.encoder_self_attention));
  }
  const bool in_attention = require_form(position_forms(), "positions", config.positions).in_attention;
  const bool has_place = config.architecture == "transformer" ? encoder.takes_positions && decoder.takes_positions
                         : reads_source(config)               ? config.architecture == "rnn"
                                                              : decoder.takes_positions;
  if (in_attention && !has_place) {
    throw std::invalid_argument(fmt::format(
        "positions is {}, which acts in self-attention that weighs pairs of positions; choose sinusoidal, learned or "
        "none, or another self-attention",
        config.positions));
  }
  if (config.positions == "rotary" && config.width_of_head() % 2 != 0) {
    throw std::invalid_argument(
        config.head_width == 0
            ? fmt::format("rotary positions need heads of an even width, not {} / {}", config.width, config.heads)
            : fmt::format("rotary positions need heads of an even width, not {}", config.head_width));
  }
  if (config.shared_position_biases && config.positions != "t5")
    throw std::invalid_argument("shared-position-biases needs positions t5");
}

void require_facts(const TrainingFacts& facts) {
  for (const auto& [field, code] : {std::pair{"source-lang", facts.source_lang}, {"target-lang", facts.target_lang}}) {
    if (code && language_code(*code) != *code)
      throw std::invalid_argument(fmt::format("{} is '{}'; write {}", field, *code, language_code(*code)));
  }
  const double share = facts.one_sentence_share.value_or(1);
  require(share >= 0 && share <= 1, "one-sentence-share", share, "from 0 to 1");
  const double mean = facts.source_length_mean.value_or(0);
  require(mean >= 0, "source-length-mean", mean, "at least 0");
  for (const auto& [field, length] : {std::pair{"source-length-p99", facts.source_length_p99},
                                      {"source-length-p999", facts.source_length_p999},
                                      {"source-length-max", facts.source_length_max}}) {
    require(length.value_or(0) >= 0, field, length.value_or(0), "at least 0");
  }
}

// Ids that are in the vocabularies of the sides where they stand.
void require_template(const ModelConfig& config) {
  const TextTemplate& form = config.text_template;
  const auto require_tokens = [](const char* field, const std::vector<std::int32_t>& tokens, std::int32_t vocabulary) {
    for (const std::int32_t token : tokens)
      require(token >= TextTemplate::kEnd && token < vocabulary, field, token, "a place, or an id of the vocabulary");
  };
  require_tokens("text-template source-before", form.source_before, config.source_vocabulary);
  require_tokens("text-template source-behind", form.source_behind, config.source_vocabulary);
  require_tokens("text-template target-before", form.target_before, config.target_vocabulary);
  const std::int32_t shared = std::min(config.source_vocabulary, config.target_vocabulary);
  for (const Language& language : form.languages)
    require(language.token >= 0 && language.token < shared, "token of a language", language.token,
            "an id of both vocabularies");
  const bool names_one = form.has(TextTemplate::kSourceLang) || form.has(TextTemplate::kTargetLang);
  if (names_one && form.languages.empty())
    throw std::invalid_argument("the text-template has a place for a language, but no languages");
}

void require_decoding(const DecodingDefaults& decoding, std::int32_t vocabulary) {
  require(decoding.beam_size.value_or(1) >= 1, "beam-size", decoding.beam_size.value_or(1), "at least 1");
  const double penalty = decoding.length_penalty.value_or(1);
  require(penalty >= 0 && penalty <= 10, "length-penalty", penalty, "0 to 10");
  const int least = decoding.min_length.value_or(0), most = decoding.max_length.value_or(kMostTokens);
  require(least >= 0, "min-length", least, "at least 0");
  require(most >= std::max(least, 1) && most <= kMostTokens, "max-length", most, "from min-length, or 1, to 100000");
  for (const std::int32_t id : decoding.never_produced.value_or(std::vector<std::int32_t>()))
    require(id >= 0 && id < vocabulary, "id that is never produced", id, "an id of the target vocabulary");
}

void require_alignment(const ModelConfig& config) {
  if (!config.alignment_layer && !config.alignment_head) return;
  if (!config.alignment_layer || !config.alignment_head)
    throw std::invalid_argument("alignment-layer and alignment-head need each other");
  if (!reads_source(config))
    throw std::invalid_argument("a language model has no source, and no alignment-layer to align with it");
  const int layer = *config.alignment_layer, head = *config.alignment_head;
  require(layer >= 0 && layer < config.attending_layers(), "alignment-layer", layer,
          fmt::format("from 0 to {}", config.attending_layers() - 1));
  require(head >= 0 && head < config.heads, "alignment-head", head, fmt::format("from 0 to {}", config.heads - 1));
}

}  // namespace

std::optional<int> ModelConfig::longest_sentence() const {
  return positions == "learned" && architecture != "rnn" ? std::optional(max_positions) : std::nullopt;
}

void ModelConfig::validate() const {
  require_form(architectures(), "architecture", architecture);
  require(encoder_layers >= 1 && encoder_layers <= kMostLayers, "encoder-layers", encoder_layers, "1 to 1000");
  require(decoder_layers >= 1 && decoder_layers <= kMostLayers, "decoder-layers", decoder_layers, "1 to 1000");
  require(width >= 2 && width % 2 == 0, "width", width, "a positive even number");
  require(heads >= 1, "heads", heads, "at least 1");
  require(head_width >= 0, "head-width", head_width, "at least 0");
  if (head_width == 0 && width % heads != 0) {
    throw std::invalid_argument(fmt::format("width is {}, but must be a multiple of the {} heads", width, heads));
  }
  require(key_value_heads >= 0, "key-value-heads", key_value_heads, "at least 0");
  if (heads % number_of_key_value_heads() != 0) {
    throw std::invalid_argument(
        fmt::format("heads is {}, but must be a multiple of the {} key-value-heads", heads, key_value_heads));
  }
  if (monotonic_attention && cross_attention_selection == AttentionSelection::soft)
    throw std::invalid_argument("monotonic-attention needs cross-attention-selection hard or sampled");
  if (monotonic_attention && target_order == TokenOrder::right_to_left) {
    throw std::invalid_argument(
        "monotonic-attention goes through the source from its beginning, and target-order right-to-left from its end; "
        "leave out one");
  }
  require(largest_distance >= 1 && largest_distance <= 100000, "largest-distance", largest_distance, "1 to 100000");
  require(attention_window >= 1, "attention-window", attention_window, "at least 1");
  require(shared_layers >= 1, "shared-layers", shared_layers, "at least 1");
  require_forms(*this);
  require(feed_forward_width >= 1, "feed-forward-width", feed_forward_width, "at least 1");
  require(max_positions >= 1, "max-positions", max_positions, "at least 1");
  require(first_position >= 0 && first_position <= 1000, "first-position", first_position, "0 to 1000");
  if (sinusoids == Sinusoids::tensor2tensor && width < 4)
    throw std::invalid_argument(fmt::format("sinusoids tensor2tensor need a width of at least 4, not {}", width));
  require(kernel_width >= 1 && kernel_width % 2 == 1, "kernel-width", kernel_width, "a positive odd number");
  require(norm_epsilon > 0, "norm-epsilon", norm_epsilon, "positive");
  for (const auto& [field, value] :
       {std::pair{"dropout", dropout}, std::pair{"embedding-dropout", embedding_dropout.value_or(0)},
        std::pair{"attention-dropout", attention_dropout}, std::pair{"activation-dropout", activation_dropout},
        std::pair{"layer-dropout", layer_dropout}}) {
    require(value >= 0 && value < 1, field, value, "at least 0 and below 1");
  }
  require(source_vocabulary >= 1, "source vocabulary", source_vocabulary, "at least 1");
  require(target_vocabulary >= 1, "target vocabulary", target_vocabulary, "at least 1");
  if (!reads_source(*this) && !ties_inputs()) {
    throw std::invalid_argument(
        fmt::format("tied-embeddings is {}, but a language model has no source to embed; choose all or inputs",
                    to_string(tied_embeddings)));
  }
  if (ties_inputs() && source_vocabulary != target_vocabulary) {
    throw std::invalid_argument(fmt::format(
        "tied-embeddings {} needs one joint vocabulary, but source has {} and target {} pieces; choose target "
        "or none, or a joint vocabulary",
        to_string(tied_embeddings), source_vocabulary, target_vocabulary));
  }
  const std::int32_t shared = std::min(source_vocabulary, target_vocabulary);
  const auto require_id = [&](std::int32_t id, bool may_lack) {
    const bool is_id = id >= 0 && id < shared;
    require(is_id || (may_lack && id == SpecialIds::kNone), "special id", id, "an id of both vocabularies");
  };
  for (const std::int32_t id : {special_ids.pad, special_ids.bos}) require_id(id, true);
  for (const std::int32_t id : {special_ids.eos, special_ids.unk}) require_id(id, false);
  require(start_token >= 0 && start_token < target_vocabulary, "start token", start_token,
          "an id of the target vocabulary");
  require_template(*this);
  require_facts(trained_on);
  require_decoding(decoding, target_vocabulary);
  require_alignment(*this);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : kPresets) names.emplace_back(preset.name);
  return names;
}

void apply_preset(ModelConfig& config, std::string_view name) {
  for (const Preset& preset : kPresets) {
    if (preset.name != name) continue;
    config.encoder_layers = config.decoder_layers = preset.layers;
    config.width = preset.width;
    config.feed_forward_width = preset.feed_forward_width;
    config.heads = preset.heads;
    return;
  }
  throw std::invalid_argument(
      fmt::format("there is no preset '{}'; choose one of {}", name, fmt::join(preset_names(), ", ")));
}

}  // namespace dragoman
