#pragma once

#include "data/pair_tokenizer.h"
#include "model/model_config.h"
#include "model/text_frame.h"
#include "tokenizer/augmentation.h"
#include "tokenizer/tokenizer_trainer.h"
#include "training/course/learning_rate.h"
#include "training/course/optimiser.h"
#include "training/options/corpus_options.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

enum class ValidationMetric { bleu, loss, perplexity };
enum class Precision { automatic, fp32, bf16 };
enum class AverageOf { none, best, last };
/// Where tokens of languages stand in a model of several: source: the target's before the source (Johnson et al. 2017,
/// "Google's Multilingual Neural Machine Translation System", section 3); both: the source's before the source, and the
/// target's as the first token of the target (Fan et al. 2021, "Beyond English-Centric Multilingual Machine
/// Translation", section 2).
enum class LanguageTokens { source, both };

template <>
inline constexpr auto kEnumNames<ValidationMetric> = enum_names<ValidationMetric>(
    {{ValidationMetric::bleu, "bleu"}, {ValidationMetric::loss, "loss"}, {ValidationMetric::perplexity, "perplexity"}});
template <>
inline constexpr auto kEnumNames<Precision> =
    enum_names<Precision>({{Precision::automatic, "auto"}, {Precision::fp32, "fp32"}, {Precision::bf16, "bf16"}});
template <>
inline constexpr auto kEnumNames<AverageOf> =
    enum_names<AverageOf>({{AverageOf::none, "none"}, {AverageOf::best, "best"}, {AverageOf::last, "last"}});

template <>
inline constexpr auto kEnumNames<LanguageTokens> = enum_names<LanguageTokens>({{LanguageTokens::source, "source"},
                                                                               {LanguageTokens::both, "both"}});

/// A measurement by the metric, as a number that is larger for better models.
double score_by(ValidationMetric metric, double bleu, double loss, double perplexity);

struct MultilingualOptions {
  LanguageTokens language_tokens = LanguageTokens::source;
  double language_temperature = 1;  ///< of draws_of_epoch(), at least 1
};

struct VocabularyOptions {
  TokenizerOptions tokenizer;
  bool joint = true;             ///< one vocabulary for both languages
  std::string source_tokenizer;  ///< an existing SentencePiece .model instead of training one
  std::string target_tokenizer;  ///< the same for the target; empty: the source's serves both
  std::string add_tokens;        ///< a file of pieces, one a line, that a model to start from gets besides its own
};

struct LimitOptions {
  std::int64_t max_steps = 0;   ///< updates; 0: no limit
  std::int64_t max_epochs = 0;  ///< passes over the corpus; 0: no limit
  double max_time = 0;          ///< minutes of training, earlier runs of the same training included; 0: no limit
  int patience = 10;            ///< validations in a row without a new best that end the training; 0: no limit
};

struct ValidationOptions {
  std::int64_t valid_interval = 0;  ///< updates between validations; 0: one at the end of each epoch
  ValidationMetric valid_metric = ValidationMetric::bleu;  ///< decides which checkpoint is best
  int valid_beam_size = 5;
};

struct CheckpointOptions {
  std::int64_t save_interval =
      1000;           ///< updates between saves of the state that a run resumes from; also at validations
  int keep_best = 5;  ///< weights of the best validations to keep; at least 1
  int keep_last = 5;  ///< weights of the last validations to keep; at least 1
  AverageOf average = AverageOf::last;  ///< at the end, the mean of these becomes the model if it validates better
};

/// Everything that `dragoman train` can be told, beside the model's architecture.
struct TrainOptions {
  std::filesystem::path model;  ///< the model directory to make or to go on with
  std::string init_from;        ///< a model directory to start from: architecture, tokenizers and weights
  CorpusOptions corpus;
  std::vector<CorpusOptions> corpora;  ///< instead of that one, each with its languages
  MultilingualOptions multilingual;
  FilterOptions filter;
  VocabularyOptions vocabulary;
  std::int64_t batch_tokens = 4096;  ///< sentence pairs × the longest of source or target; 0: as memory allows
  int accumulate = 1;                ///< batches of one update; at least 1
  double label_smoothing = 0.1;      ///< in [0, 1)
  double r_drop = 0;                 ///< weight of R-Drop's consistency, 0 or more; above 0 each sentence passes twice
  double sim_cut = 0;                ///< weight of SimCut's consistency, instead of R-Drop's; the same holds
  double token_cutoff = 0.05;        ///< with sim_cut: the share of tokens that the second pass does without, in [0, 1)
  double guided_alignment_weight = 0.05;  ///< of the alignment_loss() of corpora with guided_alignment; above 0
  double subword_sampling = 0;  ///< strength of the SubwordSampler of both sides; 0: the best segmentation always
  Augmentation augment;         ///< how the texts of pairs are changed in each epoch
  double ema_decay = 0;         ///< of the MovingAverage that is validated and becomes the model, in [0, 1); 0: none
  OptimiserOptions optimiser;
  LearningRateOptions learning_rate;
  LimitOptions limits;
  ValidationOptions validation;
  CheckpointOptions checkpoints;
  std::uint64_t seed = 1;
  Precision precision = Precision::automatic;
  std::string device = "auto";     ///< auto, cpu or cuda
  int threads = 0;                 ///< 0: one for each core, of which processes on one host have equal shares
  double peer_timeout = 30;        ///< minutes that a process waits for the others that train with it; above 0
  std::int64_t log_interval = 50;  ///< updates between lines of log.jsonl; at least 1
  /// Names of the options that the user gave, where choose_options() is to choose others by the corpus; none: it does
  /// not.
  std::optional<std::set<std::string>> given;

  /// All corpora, or the one.
  std::span<const CorpusOptions> all_corpora() const;

  /// Between which languages the corpora translate, each pair once, in their order.
  std::vector<LanguagePair> directions() const;

  /// Whether a language model is to be learned, of targets without sources.
  bool targets_alone() const { return corpora.empty() && corpus.targets_alone(); }
  /// Whether each sentence passes twice through the model.
  bool passes_twice() const { return r_drop > 0 || sim_cut > 0; }
  /// Whether a head is trained to align.
  bool guides_alignment() const;
  /// What the training text consists of, one of it.
  const char* unit() const { return targets_alone() ? "line" : "pair"; }

  /// Whether there is anything to validate on but training pairs that are held out.
  bool has_validation_files() const;

  /// Throws std::invalid_argument naming the option, its value and what is allowed.
  void validate() const;
};

/// Throws std::invalid_argument unless the text has what the model reads: a source, or none.
void check_sides(const ModelConfig& config, const TrainOptions& options);

/// Names and values of options, as text.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// The options that decide what a training computes, with the names of the command line. Those that may change when a
/// training goes on (limits, files kept, threads) are not among them.
NamedValues defining_options(const TrainOptions& options);

}  // namespace dragoman
