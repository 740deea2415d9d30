#include "training/options/train_options.h"

#include "model/architecture.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// That a wait may take: two years, which no clock of nanoseconds is too short for.
constexpr double kMostMinutes = 1e6;

void require_at_least(std::int64_t least, std::string_view name, std::int64_t value) {
  if (value < least) throw std::invalid_argument(fmt::format("{} is {}, but must be at least {}", name, value, least));
}

void require_between(std::int64_t least, std::int64_t most, std::string_view name, std::int64_t value) {
  if (value < least || value > most)
    throw std::invalid_argument(fmt::format("{} is {}, but must be from {} to {}", name, value, least, most));
}

void validate_validation_text(const TrainOptions& options) {
  for (const CorpusOptions& corpus : options.all_corpora()) corpus.validate_validation();
  const std::int64_t lines = options.corpus.valid_lines;
  if (options.has_validation_files() && lines != 0)
    throw std::invalid_argument("valid-lines and files to validate on contradict each other; give one of them");
  require_at_least(0, "valid-lines", lines);
  if (!options.has_validation_files() && lines == 0) throw std::invalid_argument(kNothingToValidateOn);
}

void validate_corpora(const TrainOptions& options) {
  const CorpusOptions& one = options.corpus;
  if (!options.corpora.empty() && (!one.train_source.empty() || !one.train_target.empty() || !one.train_tsv.empty() ||
                                   one.validation_files() || !one.source_lang.empty() || !one.target_lang.empty())) {
    throw std::invalid_argument("corpora have their own files and languages; give none beside them");
  }
  for (const CorpusOptions& corpus : options.all_corpora()) {
    corpus.validate_training();
    if (!options.corpora.empty() && corpus.targets_alone())
      throw std::invalid_argument("each of the corpora needs train-source beside train-target, or train-tsv");
  }
  const auto lacks_language = [](const CorpusOptions& corpus) {
    return corpus.source_lang.empty() || corpus.target_lang.empty();
  };
  const auto has_none = [](const CorpusOptions& corpus) { return corpus.languages() == LanguagePair{}; };
  if (std::ranges::any_of(options.corpora, lacks_language) && !std::ranges::all_of(options.corpora, has_none)) {
    throw std::invalid_argument(
        "each of the corpora needs source-lang and target-lang, unless none has either: then all are of one pair");
  }
  validate_validation_text(options);
  if (options.targets_alone() && options.validation.valid_metric == ValidationMetric::bleu)
    throw std::invalid_argument(
        "valid-metric is bleu, but a language model translates nothing; choose perplexity or loss");
  if (!(options.multilingual.language_temperature >= 1)) {
    throw std::invalid_argument(
        fmt::format("language-temperature is {}, but must be at least 1", options.multilingual.language_temperature));
  }
}

void validate_vocabulary(const VocabularyOptions& vocabulary, const std::string& init_from) {
  if (!init_from.empty() && !vocabulary.source_tokenizer.empty()) {
    throw std::invalid_argument(
        "source-tokenizer and init-from contradict each other: the model brings its own tokenizers");
  }
  if (vocabulary.source_tokenizer.empty() && !vocabulary.target_tokenizer.empty()) {
    throw std::invalid_argument("target-tokenizer needs source-tokenizer beside it");
  }
  if (init_from.empty() && !vocabulary.add_tokens.empty())
    throw std::invalid_argument("add-tokens adds to the vocabulary of a model to start from; give --init-from, too");
  vocabulary.tokenizer.validate();
}

void validate_consistency(const TrainOptions& options) {
  for (const auto& [name, weight] : {std::pair{"r-drop", options.r_drop}, std::pair{"sim-cut", options.sim_cut}}) {
    if (!(weight >= 0)) throw std::invalid_argument(fmt::format("{} is {}, but must be 0 or more", name, weight));
  }
  if (!(options.token_cutoff >= 0 && options.token_cutoff < 1)) {
    throw std::invalid_argument(
        fmt::format("token-cutoff is {}, but must be at least 0 and below 1", options.token_cutoff));
  }
  if (options.r_drop > 0 && options.sim_cut > 0)
    throw std::invalid_argument("r-drop and sim-cut are two ways of passing each sentence twice; leave out one");
}

void validate_guided_alignment(const TrainOptions& options) {
  if (!(options.guided_alignment_weight > 0)) {
    throw std::invalid_argument(
        fmt::format("guided-alignment-weight is {}, but must be above 0", options.guided_alignment_weight));
  }
  if (!options.guides_alignment()) return;
  if (options.targets_alone())
    throw std::invalid_argument("a language model has no source to align; leave out guided-alignment");
  const char* other = options.augment.any() ? "augment" : options.subword_sampling > 0 ? "subword-sampling" : nullptr;
  if (other == nullptr) return;
  throw std::invalid_argument(fmt::format(
      "guided-alignment is of the text and pieces as they are, which {} changes in each pass; leave out one", other));
}

}  // namespace

double score_by(ValidationMetric metric, double bleu, double loss, double perplexity) {
  switch (metric) {
    case ValidationMetric::bleu:
      return bleu;
    case ValidationMetric::loss:
      return -loss;
    case ValidationMetric::perplexity:
      return -perplexity;
  }
  throw std::invalid_argument("unknown validation metric");
}

std::span<const CorpusOptions> TrainOptions::all_corpora() const {
  return corpora.empty() ? std::span(&corpus, 1) : std::span(corpora);
}

std::vector<LanguagePair> TrainOptions::directions() const {
  std::vector<LanguagePair> all;
  for (const CorpusOptions& each : all_corpora()) {
    if (std::ranges::find(all, each.languages()) == all.end()) all.push_back(each.languages());
  }
  return all;
}

void check_sides(const ModelConfig& config, const TrainOptions& options) {
  const bool begins_anew = options.init_from.empty();
  if (reads_source(config) && options.targets_alone()) {
    throw std::invalid_argument(
        begins_anew
            ? "--train-source and --train-target need each other; without a source there is --architecture "
              "language-model"
            : fmt::format("{}: the model to start from translates: give --train-source beside --train-target, or a "
                          "language model to --init-from",
                          options.init_from));
  }
  if (!reads_source(config) && !options.targets_alone()) {
    throw std::invalid_argument(
        begins_anew ? "a language model learns from --train-target alone; leave out all else to train on"
                    : fmt::format("{}: the model to start from is a language model, which learns from --train-target "
                                  "alone; leave out all else to train on",
                                  options.init_from));
  }
}

bool TrainOptions::guides_alignment() const {
  return std::ranges::any_of(all_corpora(), [](const auto& corpus) { return !corpus.guided_alignment.empty(); });
}

bool TrainOptions::has_validation_files() const {
  return std::ranges::any_of(all_corpora(), &CorpusOptions::validation_files);
}

void TrainOptions::validate() const {
  if (model.empty()) throw std::invalid_argument("there is no folder to train into; give --model DIR");
  validate_corpora(*this);
  validate_vocabulary(vocabulary, init_from);
  filter.validate();
  optimiser.validate();
  learning_rate.validate();
  require_at_least(0, "batch-tokens", batch_tokens);
  require_at_least(1, "accumulate", accumulate);
  require_at_least(0, "max-steps", limits.max_steps);
  require_at_least(0, "max-epochs", limits.max_epochs);
  require_at_least(0, "patience", limits.patience);
  require_at_least(0, "valid-interval", validation.valid_interval);
  require_between(1, 1000, "valid-beam-size", validation.valid_beam_size);
  require_at_least(1, "save-interval", checkpoints.save_interval);
  require_at_least(1, "keep-best", checkpoints.keep_best);
  require_at_least(1, "keep-last", checkpoints.keep_last);
  require_between(0, 1024, "threads", threads);
  require_at_least(1, "log-interval", log_interval);
  if (!(limits.max_time >= 0))
    throw std::invalid_argument(fmt::format("max-time is {}, but must be 0 or more", limits.max_time));
  if (!(peer_timeout > 0 && peer_timeout <= kMostMinutes)) {
    throw std::invalid_argument(
        fmt::format("peer-timeout is {}, but must be above 0 and at most {}", peer_timeout, kMostMinutes));
  }
  if (!(label_smoothing >= 0 && label_smoothing < 1)) {
    throw std::invalid_argument(
        fmt::format("label-smoothing is {}, but must be at least 0 and below 1", label_smoothing));
  }
  if (!(subword_sampling >= 0)) {
    throw std::invalid_argument(fmt::format("subword-sampling is {}, but must be 0 or more", subword_sampling));
  }
  validate_consistency(*this);
  validate_guided_alignment(*this);
  if (!(ema_decay >= 0 && ema_decay < 1)) {
    throw std::invalid_argument(fmt::format("ema-decay is {}, but must be at least 0 and below 1", ema_decay));
  }
  if (device != "auto" && device != "cpu" && device != "cuda") {
    throw std::invalid_argument(fmt::format("device is '{}', but must be auto, cpu or cuda", device));
  }
  if (learning_rate.schedule == Schedule::cosine && limits.max_steps == 0 && limits.max_epochs == 0) {
    throw std::invalid_argument("schedule cosine ends with the training, so it needs --max-steps or --max-epochs");
  }
}

NamedValues defining_options(const TrainOptions& o) {
  const auto text = [](const auto& value) { return fmt::format("{}", value); };
  NamedValues options = {{"init-from", o.init_from},
                         {"max-length", text(o.filter.max_length)},
                         {"max-length-ratio", text(o.filter.max_length_ratio)},
                         {"tokenizer-algorithm", std::string(to_string(o.vocabulary.tokenizer.algorithm))},
                         {"vocab-size", text(o.vocabulary.tokenizer.vocabulary_size)},
                         {"byte-fallback", text(o.vocabulary.tokenizer.byte_fallback)},
                         {"character-coverage", text(o.vocabulary.tokenizer.character_coverage)},
                         {"joint-vocabulary", text(o.vocabulary.joint)},
                         {"source-tokenizer", o.vocabulary.source_tokenizer},
                         {"target-tokenizer", o.vocabulary.target_tokenizer},
                         {"batch-tokens", o.batch_tokens == 0 ? "auto" : text(o.batch_tokens)},
                         {"accumulate", text(o.accumulate)},
                         {"label-smoothing", text(o.label_smoothing)},
                         {"r-drop", text(o.r_drop)},
                         {"sim-cut", text(o.sim_cut)},
                         {"subword-sampling", text(o.subword_sampling)},
                         {"ema-decay", text(o.ema_decay)},
                         {"optimiser", std::string(to_string(o.optimiser.optimiser))},
                         {"beta1", text(o.optimiser.beta1)},
                         {"beta2", text(o.optimiser.beta2)},
                         {"epsilon", text(o.optimiser.epsilon)},
                         {"weight-decay", text(o.optimiser.weight_decay)},
                         {"clip-norm", text(o.optimiser.clip_norm)},
                         {"learning-rate", text(o.learning_rate.learning_rate)},
                         {"warmup-steps", text(o.learning_rate.warmup_steps)},
                         {"schedule", std::string(to_string(o.learning_rate.schedule))},
                         {"valid-metric", std::string(to_string(o.validation.valid_metric))},
                         {"valid-beam-size", text(o.validation.valid_beam_size)},
                         {"seed", text(o.seed)}};
  if (o.sim_cut > 0) options.emplace_back("token-cutoff", text(o.token_cutoff));
  if (o.guides_alignment()) options.emplace_back("guided-alignment-weight", text(o.guided_alignment_weight));
  if (o.augment.any()) options.emplace_back("augment", fmt::format("{}", fmt::join(o.augment.settings(), " ")));
  if (!o.corpus.source_lang.empty()) options.emplace_back("source-lang", o.corpus.source_lang);
  if (!o.corpus.target_lang.empty()) options.emplace_back("target-lang", o.corpus.target_lang);
  if (!o.vocabulary.add_tokens.empty()) options.emplace_back("add-tokens", o.vocabulary.add_tokens);
  if (o.directions().size() > 1) {
    options.emplace_back("language-tokens", to_string(o.multilingual.language_tokens));
    options.emplace_back("language-temperature", text(o.multilingual.language_temperature));
  }
  if (o.learning_rate.schedule == Schedule::cosine) {
    options.emplace_back("final-learning-rate", text(o.learning_rate.final_learning_rate));
    options.emplace_back("max-steps", text(o.limits.max_steps));
    options.emplace_back("max-epochs", text(o.limits.max_epochs));
  }
  return options;
}

}  // namespace dragoman
