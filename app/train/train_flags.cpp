#include "app/train/train_flags.h"

#include "app/train/corpus_flags.h"
#include "model/architecture.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/attention/positions/position_scheme.h"
#include "model/attention/scores/attention_score.h"
#include "training/options/chosen_options.h"

#include <initializer_list>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kVocabulary = "Vocabulary";
constexpr const char* kModel = "Model";
constexpr const char* kAutomatic = "auto";
constexpr const char* kByPreset = "by preset";

void add_file_options(CommandLine& line, TrainOptions& options) {
  CorpusOptions& corpus = options.corpus;
  line.group("Files");
  add_corpus_flags(line, corpus);
  const std::vector<std::string> of_one = line.options_under("Files");
  line.add_custom("corpora", corpora_option(options.corpora), "LIST",
                  "in a file for -c: several corpora, each a map of the options above and weight");
  for (const std::string& name : of_one) line.exclude("corpora", name);
  line.add("valid-lines", corpus.valid_lines, "N",
           "instead of files: hold out so many of the training pairs, evenly spaced; unless there is anything to "
           "validate "
           "on: a tenth, at most 1000")
      .common = true;
  for (const char* file : {"valid-source", "valid-target", "valid-tsv"}) line.exclude("valid-lines", file);
  line.add("model,m", options.model, "DIR", "the model directory to make, or to go on with").required = true;
  line.add("init-from", options.init_from, "DIR",
           "start from this model: its architecture, tokenizers and weights (fine-tuning)")
      .common = true;
  line.add("add-tokens", options.vocabulary.add_tokens, "FILE",
           "pieces, one a line, that the model of --init-from gets besides its own");
  line.group("Several languages");
  line.choose(
      "language-tokens", options.multilingual.language_tokens,
      "where a model of several pairs of languages is told which: source: the target's before the source; both: "
      "the source's there, and the target's as the first token of the target");
  line.add("language-temperature", options.multilingual.language_temperature, "X",
           "1: pairs of languages come as often as their corpora have them; larger: small ones oftener, 5 is usual");
  line.group("Sentence pairs");
  line.add("max-length", options.filter.max_length, "N", "leave out pairs with a longer side, in tokens");
  line.add("max-length-ratio", options.filter.max_length_ratio, "X",
           "leave out pairs with one side so many times as long as the other; 0: none");
}

void add_vocabulary_options(CommandLine& line, VocabularyOptions& options) {
  line.group(kVocabulary);
  line.add("vocab-size", options.tokenizer.vocabulary_size, "N", "pieces; fewer if the corpus is too small for as many")
      .common = true;
  line.choose("tokenizer-algorithm", options.tokenizer.algorithm, "how SentencePiece learns them");
  line.add("joint-vocabulary", options.joint, "one vocabulary for both languages");
  line.add("byte-fallback", options.tokenizer.byte_fallback, "spell unknown characters in bytes");
  line.add("character-coverage", options.tokenizer.character_coverage, "X",
           "share of the corpus' characters that get a piece of their own");
  line.add("tokenizer-sentences", options.tokenizer.max_sentences, "N", "learn the pieces from at most so many lines");
  line.add(
      "source-tokenizer", options.source_tokenizer, "FILE",
      "use this SentencePiece .model instead of learning one, or this list of words, one a line, for text whose tokens "
      "white space separates");
  line.add("target-tokenizer", options.target_tokenizer, "FILE", "the same for the target, if it is another");
  for (const char* learned :
       {"vocab-size", "tokenizer-algorithm", "byte-fallback", "character-coverage", "joint-vocabulary"}) {
    line.exclude("source-tokenizer", learned);
  }
}

// An option whose values are the names of forms; the help has a line about each.
template <typename AnyForm>
Option& choose_form(CommandLine& line, const std::string& name, std::string& field, std::span<const AnyForm> forms,
                    std::string help) {
  Choices<std::string> choices;
  for (const AnyForm& form : forms) {
    choices.emplace_back(form.name, form.name);
    help += fmt::format("{}{}: {}", choices.size() == 1 ? ". " : "; ", form.name, form.summary);
  }
  return line.choose<std::string>(name, field, choices, std::move(help));
}

void add_model_options(CommandLine& line, ModelConfig& config, std::string& preset) {
  line.group(kModel);
  Option sizes;
  sizes.early = true;
  sizes.set = [&config, &preset](const std::vector<std::string>& values) {
    if (values.front() != kAutomatic) apply_preset(config, values.front());
    preset = values.front();
  };
  sizes.get = [&preset] { return std::vector<std::string>{preset}; };
  choose_form(line, "architecture", config.architecture, architectures(), "the kind of model").common = true;
  line.add_custom(
          "preset", std::move(sizes), fmt::format("{}|{}", kAutomatic, fmt::join(preset_names(), "|")),
          "layers, widths and heads at once; the options below refine it; auto: as suits the size of the corpus")
      .common = true;
  line.choose(
      "target-order", config.target_order,
      "in which order translations are made: right-to-left, from the last token to the first, gives a model that "
      "reranks what others find");
  line.add("encoder-layers", config.encoder_layers, "N", "of the encoder").default_text = kByPreset;
  line.add("decoder-layers", config.decoder_layers, "N", "of the decoder").default_text = kByPreset;
  line.add("width", config.width, "N", "of embeddings and layers, a multiple of the heads").default_text = kByPreset;
  line.add("feed-forward-width", config.feed_forward_width, "N", "inside the feed-forward layers").default_text =
      kByPreset;
  line.add("heads", config.heads, "N", "attention heads").default_text = kByPreset;
  line.add("head-width", config.head_width, "N", "of a head's queries, keys and values; 0: width / heads");
  line.choose(
      "tied-embeddings", config.tied_embeddings,
      "which of source embedding, target embedding and output layer share one matrix: all, the last two (target), the "
      "first two (inputs), or none");
  line.add("embedding-scale", config.embedding_scale, "multiply embeddings by the square root of the width");
  choose_form(line, "positions", config.positions, position_forms(), "how the model learns of the order of tokens");
  line.choose("positions-layout", config.positions_layout, "order of sines and cosines");
  line.choose("sinusoids", config.sinusoids, "their wavelengths: as the paper has them, or as fairseq and Marian do");
  line.add("first-position", config.first_position, "N", "sinusoidal positions: that of a sentence's first token");
  line.add("embedding-norm", config.embedding_norm, "a layer norm behind embeddings and positions");
  line.add("zero-start", config.zero_start, "a zero vector in place of the start token's embedding");
  line.add("shared-position-biases", config.shared_position_biases,
           "t5 positions: one table for all layers of a stack");
  line.add("max-positions", config.max_positions, "N", "learned positions: their number");
  choose_form(line, "encoder-self-attention", config.encoder_self_attention, self_attention_forms(),
              "what positions of the source see of each other");
  choose_form(line, "decoder-self-attention", config.decoder_self_attention, self_attention_forms(),
              "what positions of the target see of those before");
  choose_form(line, "self-attention-score", config.self_attention_score, attention_scores(),
              "how well a key fits a query");
  choose_form(line, "cross-attention-score", config.cross_attention_score, attention_scores(),
              "the same between target and source");
  line.choose(
      "cross-attention-selection", config.cross_attention_selection,
      "soft: the weighted mean of the source; hard: its best position alone, learned straight-through; sampled: "
      "the same, learned by drawing positions (score-function gradient)");
  line.add("monotonic-attention", config.monotonic_attention,
           "hard and sampled cross-attention: never go back in the source when translating");
  line.add("key-value-heads", config.key_value_heads, "N",
           "heads of keys and values, each shared by as many heads of queries; 1: multi-query; 0: as many as --heads");
  line.add("largest-distance", config.largest_distance, "N",
           "relative positions: distances beyond this one count as this far");
  line.add("attention-window", config.attention_window, "N",
           "local and strided self-attention: positions on each side, and the stride");
  line.choose("norm", config.norm, "layer norm before or behind each sublayer");
  line.add("final-norm", config.final_norm, "a layer norm behind the last layer of each stack");
  line.add("norm-epsilon", config.norm_epsilon, "X", "of the layer norms");
  line.choose("normalisation", config.normalisation, "layer norm, or RMSNorm");
  line.choose("activation", config.activation, "of the feed-forward layers");
  line.add("feed-forward-gate", config.feed_forward_gate,
           "multiply the activation by a second projection: ReGLU, GEGLU, SwiGLU");
  line.add("shared-layers", config.shared_layers, "N", "so many layers in a row have the same weights");
  line.add("projection-bias", config.projection_bias, "biases in the attention's projections");
  line.add("feed-forward-bias", config.feed_forward_bias, "biases in the feed-forward layers");
  line.add("output-bias", config.output_bias, "a bias on the logits");
  line.add("output-scale", config.output_scale,
           "divide states by the square root of the width before the output layer");
  line.choose("recurrent-cell", config.recurrent_cell, "rnn: of encoder and decoder");
  line.add("input-feeding", config.input_feeding, "rnn: the decoder takes in what it attended to before");
  line.add("kernel-width", config.kernel_width, "N", "conv: positions that a convolution sees, odd");
}

void add_dropout_options(CommandLine& line, ModelConfig& config) {
  line.group("Dropout");
  line.add("dropout", config.dropout, "P", "of each sublayer's output").common = true;
  line.add("embedding-dropout", config.embedding_dropout, "P", "of embeddings; unless given: as --dropout");
  line.add("attention-dropout", config.attention_dropout, "P", "of attention weights");
  line.add("activation-dropout", config.activation_dropout, "P", "inside the feed-forward layers");
  line.add("layer-dropout", config.layer_dropout, "P", "of whole layers");
}

Option augment_option(Augmentation& augmentation) {
  Option option;
  option.kind = Option::Kind::list;
  option.set = [&augmentation](const std::vector<std::string>& values) { augmentation = Augmentation::of(values); };
  option.get = [&augmentation] { return augmentation.settings(); };
  return option;
}

Option batch_tokens_option(std::int64_t& batch_tokens) {
  Option option = bind_field(batch_tokens);
  option.set = [&batch_tokens, set_number = option.set](const std::vector<std::string>& values) {
    batch_tokens = 0;
    if (values.front() == "auto") return;
    set_number(values);
    if (batch_tokens == 0) throw std::invalid_argument("0 is no size of a batch; give a number above it, or auto");
  };
  option.get = [&batch_tokens, get_number = option.get] {
    return batch_tokens == 0 ? std::vector<std::string>{"auto"} : get_number();
  };
  return option;
}

void add_optimiser_options(CommandLine& line, TrainOptions& options) {
  OptimiserOptions& optimiser = options.optimiser;
  LearningRateOptions& rate = options.learning_rate;
  line.group("Optimisation");
  line.add_custom("batch-tokens", batch_tokens_option(options.batch_tokens), "N|auto",
                  "size of a batch: sentence pairs x the longest of source or target; auto: what memory allows, but "
                  "no more than is of use")
      .common = true;
  line.add("accumulate", options.accumulate, "N", "batches of one update");
  line.add("label-smoothing", options.label_smoothing, "X", "share of the probability given to all tokens alike");
  line.add("r-drop", options.r_drop, "X",
           "pass each sentence twice, and weigh by how much its two predictions differ (Wu et al. 2021), 1 to 5 say; "
           "0: one pass");
  line.add("sim-cut", options.sim_cut, "X",
           "pass each sentence once more without some of its tokens, and weigh by how much the two predictions differ "
           "(SimCut, Gao et al. 2022), 1 to 3 say; 0: one pass");
  line.add("token-cutoff", options.token_cutoff, "P",
           "sim-cut: share of the tokens of source and target that are zeros in the second pass");
  line.add("guided-alignment-weight", options.guided_alignment_weight, "X",
           "guided-alignment: of its loss, beside that of the tokens");
  line.add("subword-sampling", options.subword_sampling, "X",
           "draw the pieces of the training text anew in each pass; unigram: the exponent of their probability, 0.1 to "
           "0.5; bpe: the share of merges left out, 0.1; 0: never");
  line.add_custom(
      "augment", augment_option(options.augment), "CHANGE=P",
      "change the texts anew in each pass, each with its probability: typos and drop (words of the source), "
      "lower (the source), end (no punctuation there), upper, title and join (two or three lines in one)");
  line.choose("optimiser", optimiser.optimiser, "adamw decouples the weight decay");
  line.add("beta1", optimiser.beta1, "X", "decay of the mean of gradients");
  line.add("beta2", optimiser.beta2, "X", "decay of the mean of their squares");
  line.add("epsilon", optimiser.epsilon, "X", "added to the divisor");
  line.add("weight-decay", optimiser.weight_decay, "X", "of all weights");
  line.add("clip-norm", optimiser.clip_norm, "X", "scale larger gradients down to this norm; 0: never");
  line.add("learning-rate", rate.learning_rate, "X", "the peak, at the end of warm-up").common = true;
  line.add("warmup-steps", rate.warmup_steps, "N", "updates in which the rate grows to its peak");
  line.choose("schedule", rate.schedule, "how the rate goes on from there");
  line.add("final-learning-rate", rate.final_learning_rate, "X", "cosine: the rate of the last update");
}

void add_course_options(CommandLine& line, TrainOptions& options) {
  LimitOptions& limits = options.limits;
  line.group("When to stop (0: no limit)");
  line.add("max-steps", limits.max_steps, "N", "updates").common = true;
  line.add("max-epochs", limits.max_epochs, "N", "passes over the corpus").common = true;
  line.add("max-time", limits.max_time, "MINUTES", "minutes of training, interrupted runs included").common = true;
  line.add("patience", limits.patience, "N", "validations in a row without a new best").common = true;
  line.group("Validation and checkpoints");
  line.add("valid-interval", options.validation.valid_interval, "N",
           "updates between validations; 0: one at the end of each pass over the corpus");
  line.choose("valid-metric", options.validation.valid_metric, "which decides what is best");
  line.add("valid-beam-size", options.validation.valid_beam_size, "N",
           "beam size of the translations that BLEU scores");
  line.add("save-interval", options.checkpoints.save_interval, "N",
           "updates between saves of all that a run resumes from");
  line.add("keep-best", options.checkpoints.keep_best, "N", "weights of the best validations to keep");
  line.add("keep-last", options.checkpoints.keep_last, "N", "weights of the last validations to keep");
  line.choose("average", options.checkpoints.average,
              "at the end, the mean of these weights becomes the model if it validates better");
  line.add("ema-decay", options.ema_decay, "X",
           "validate and keep the exponential moving average of the weights, 0.999 say; 0: the weights themselves");
  line.group("Run");
  line.add("seed", options.seed, "N", "of everything that is random").common = true;
  line.choose<std::string>("device", options.device, {{"auto", "auto"}, {"cpu", "cpu"}, {"cuda", "cuda"}},
                           "where to compute; auto: on a GPU if there is one")
      .common = true;
  line.choose("precision", options.precision, "of the matrix products; auto: bf16 where the processor has it").common =
      true;
  line.add("threads", options.threads, "N", "processor cores to use; 0: all").common = true;
  line.add("peer-timeout", options.peer_timeout, "MINUTES",
           "several processes (torchrun, mpirun, srun): how long one waits for the others, while rank 0 validates too");
  line.add("log-interval", options.log_interval, "N", "updates between lines of training/log.jsonl");
}

}  // namespace

void add_train_flags(CommandLine& line, TrainOptions& options, ModelConfig& config, std::string& preset) {
  add_file_options(line, options);
  add_vocabulary_options(line, options.vocabulary);
  add_model_options(line, config, preset);
  // A model to start from brings these.
  line.exclude_group("init-from", kVocabulary);
  line.exclude_group("init-from", kModel);
  add_dropout_options(line, config);
  add_optimiser_options(line, options);
  add_course_options(line, options);
  for (const std::string& name : chosen_option_names()) line.leave_to_choice(name);
}

std::set<std::string> given_options(const CommandLine& line, const std::string& preset) {
  std::set<std::string> names;
  const auto add = [&](const std::string& name) {
    if (line.given(name)) names.insert(name);
  };
  for (const std::string& name : chosen_option_names()) add(name);
  for (const char* limit : {"max-steps", "max-time"}) add(limit);
  if (preset != kAutomatic) names.insert("preset");
  return names;
}

}  // namespace dragoman
