#include "base/memory.h"
#include "base/parallel.h"
#include "formats/model_config_json.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "model/device.h"
#include "model/weight_type.h"
#include "training/course/trainer.h"
#include "training/course/training_record.h"
#include "training/data/batch_budget.h"
#include "training/data/text_statistics.h"
#include "training/options/chosen_options.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

bool multiplies_bf16(torch::Device device) {
  return device.is_cuda() || is_fast(WeightType::bf16, device);
}

std::int64_t parameter_count(const torch::nn::Module& model) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

// What model and training ask of each other.
void check_fit(const ModelConfig& config, const TrainOptions& options) {
  if (config.cross_attention_selection == AttentionSelection::sampled && options.r_drop > 0)
    throw std::invalid_argument("cross-attention-selection sampled and r-drop cannot be combined; leave out one");
  if (config.longest_sentence() && *config.longest_sentence() <= options.filter.max_length) {
    throw std::invalid_argument(fmt::format("max-positions is {}, but must exceed max-length, {}", config.max_positions,
                                            options.filter.max_length));
  }
}

// Refuses what can be refused before a folder is made, when the vocabularies are not known yet.
void check(ModelConfig config, const TrainOptions& options) {
  options.validate();
  if (!options.init_from.empty()) return;  // its architecture is another model's
  config.source_vocabulary = config.target_vocabulary = options.vocabulary.tokenizer.vocabulary_size;
  config.validate();
  check_fit(config, options);
}

}  // namespace

Trainer::Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, ProcessGroup* group)
    : options_((check_before_choice(options, config), std::move(options))),
      config_(std::move(config)),
      observer_(std::move(observer)),
      group_(group),
      device_(device_named(options_.device, group ? group->local_rank() : 0)),
      threads_(threads_or_all(options_.threads)),
      workers_(std::make_shared<const Workers>(threads_, device_)),
      text_(read_training_text(options_.corpus, [this](const std::string& line) { notice(line); })),
      validations_(options_.validation.valid_interval) {
  at::set_num_threads(threads_);
  choose();
  check(config_, options_);
  if (options_.corpus.valid_lines > 0) hold_out(text_, options_.corpus.valid_lines);
  validations_ = ValidationSchedule(options_.validation.valid_interval);
  compare_with_others();
  if (is_first()) {
    directory_.emplace(options_.model);
    resumes_ = std::filesystem::exists(directory_->state_file());
  }
  prepare_tokenizers();
  prepare_model();
  prepare_corpus();
  if (resumes_) progress_ = load_state(directory_->state_file(), *model_, *optimiser_, average_state());
  share_progress();
  prepare_pass();
  prepare_batches();
  if (is_first()) validator_.emplace(text_.valid, *tokenizers_, config_, options_, progress_.batch_tokens, workers_);
  count_updates_in_pass();
  schedule_end_ = schedule_end();
  begin_or_go_on();
}

Trainer::~Trainer() = default;

// What the user has left to the program: what it chose when the training began, if it has begun. Rank 0 decides, since
// only it may have the folders at hand.
void Trainer::choose() {
  if (!options_.given) return;
  if (is_first()) {
    if (const auto record = TrainingDirectory::record(options_.model)) {
      chosen_ = record->chosen;
    } else {
      const auto initial = options_.init_from.empty() ? std::nullopt : std::optional(load_config(options_.init_from));
      chosen_ = choose_options(options_, config_, {text_.summary.pairs, text_.summary.bytes}, initial,
                               group_ ? group_->size() : 1);
      if (!chosen_.empty())
        notice(fmt::format("chosen for {} pairs, as you have not: {}", text_.summary.pairs, describe_chosen(chosen_)));
    }
  }
  if (group_) chosen_ = nlohmann::json::parse(group_->from_first(nlohmann::json(chosen_).dump())).get<NamedValues>();
  try {
    keep_chosen_options(options_, config_, chosen_);
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: its training/options.json is damaged: {}; train into another folder",
                                         options_.model.string(), error.what()));
  }
}

// Processes that do not compute the same would end with a model that nobody asked for.
void Trainer::compare_with_others() {
  if (!group_) return;
  if (options_.accumulate < group_->size()) {
    throw std::invalid_argument(
        fmt::format("accumulate is {}, but {} processes share the batches of each update; give --accumulate {} or a "
                    "multiple of it",
                    options_.accumulate, group_->size(), group_->size()));
  }
  const NamedValues mine = recorded_options(options_, config_, is_bf16(), text_.fingerprint());
  const std::vector<std::string> all =
      group_->from_all(nlohmann::json(mine).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    const auto first = nlohmann::json::parse(all[0]).get<NamedValues>();
    const auto other = nlohmann::json::parse(all[rank]).get<NamedValues>();
    const std::string difference = TrainingDirectory::difference(first, other, {});
    if (!difference.empty())
      throw std::invalid_argument(
          fmt::format("rank 0 trains with {} as rank {}; give all the same options and texts", difference, rank));
  }
}

bool Trainer::is_bf16() const {
  return options_.precision == Precision::bf16 ||
         (options_.precision == Precision::automatic && multiplies_bf16(device_));
}

void Trainer::prepare_tokenizers() {
  if (is_first()) {
    const Notice tell = [this](const std::string& line) { notice(line); };
    if (!resumes_ && std::filesystem::exists(weights_file(directory_->model()))) {
      throw std::runtime_error(
          fmt::format("{}: holds a model, but no training to go on with; choose another folder with "
                      "--model (--init-from starts from a model)",
                      directory_->model().string()));
    }
    if (resumes_) {
      tokenizers_ = load_tokenizers(directory_->model());
    } else if (!options_.init_from.empty()) {
      tokenizers_ = load_tokenizers(options_.init_from);
    } else {
      tokenizers_ = make_tokenizers(text_, options_.vocabulary, threads_, tell);
      release_free_memory();
    }
    const bool learnt = options_.init_from.empty() && options_.vocabulary.source_tokenizer.empty();
    if (!resumes_ && !learnt) warn_of_unknown_text(text_, *tokenizers_, tell);
    settle_config();
  }
  share_tokenizers();
  check_fit(config_, options_);
}

// What the architecture takes from the tokenizers, or from the model to start from.
void Trainer::settle_config() {
  if (!options_.init_from.empty()) {
    // The weights decide the architecture; what is only a matter of training stays as the options have it.
    ModelConfig initial = load_config(resumes_ ? directory_->model() : std::filesystem::path(options_.init_from));
    initial.dropout = config_.dropout;
    initial.embedding_dropout = config_.embedding_dropout;
    initial.attention_dropout = config_.attention_dropout;
    initial.activation_dropout = config_.activation_dropout;
    initial.layer_dropout = config_.layer_dropout;
    config_ = initial;
  } else {
    config_.source_vocabulary = tokenizers_->source.vocabulary_size();
    config_.target_vocabulary = tokenizers_->target.vocabulary_size();
    config_.special_ids = tokenizers_->target.special_ids();
    config_.start_token = config_.special_ids.start();
  }
  if (tokenizers_->source.special_ids() != tokenizers_->target.special_ids()) {
    throw std::invalid_argument(
        "source and target tokenizer have different ids for padding, bos, eos or unknown; train both with the same "
        "ids");
  }
  config_.validate();
}

void Trainer::share_tokenizers() {
  if (!group_) return;
  const auto share = [&](Tokenizer Tokenizers::*side) {
    std::vector<CodecFile> shared;
    for (const std::string_view extension : {kSentencePieceFile, kVocabularyFile}) {
      std::string bytes;
      if (is_first()) {
        for (CodecFile& file : ((*tokenizers_).*side).files()) {
          if (file.extension == extension) bytes = std::move(file.bytes);
        }
      }
      bytes = group_->from_first(bytes);
      if (!bytes.empty()) shared.push_back({std::string(extension), std::move(bytes)});
    }
    return shared;
  };
  std::vector<CodecFile> source = share(&Tokenizers::source), target = share(&Tokenizers::target);
  config_ = model_config_from_json(group_->from_first(to_json(config_)), "rank 0");
  if (is_first()) return;
  tokenizers_.emplace(Tokenizers{Tokenizer::from_files(std::move(source), "rank 0's source tokenizer"),
                                 Tokenizer::from_files(std::move(target), "rank 0's target tokenizer")});
}

// On a folder that all see, rank 0 writes the corpus for all; elsewhere each its own.
void Trainer::prepare_corpus() {
  const Notice tell = [this](const std::string& line) { notice(line); };
  std::filesystem::path file = TrainingDirectory::corpus_file(options_.model);
  if (is_first()) corpus_ = tokenize_training_text(file, text_, *tokenizers_, options_.filter, threads_, tell);
  if (!group_) return;
  group_->from_first("the corpus is written");
  if (is_first()) return;
  std::filesystem::create_directories(file.parent_path());
  if (!std::filesystem::exists(file)) file += fmt::format(".{}", group_->rank());
  corpus_ = tokenize_training_text(file, text_, *tokenizers_, options_.filter, threads_, tell);
}

void Trainer::prepare_model() {
  if (is_first()) {
    NamedValues options = recorded_options(options_, config_, is_bf16(), text_.fingerprint());
    settle_initial_model(options, TrainingDirectory::record(options_.model));
    directory_->record_or_compare({options, chosen_}, default_options());
    directory_->remove_unfinished();
  }
  model_ = create_model(config_, options_.seed);
  if (is_first() && !options_.init_from.empty() && !resumes_) {
    const LoadedWeights initial = load_weights(options_.init_from, {.allow_unvalidated = true});
    if (!initial.validated()) {
      throw std::runtime_error(
          fmt::format("{}: no validation has measured this model; go on with its training first", options_.init_from));
    }
    assign_weights(*model_, initial.weights, weights_file(options_.init_from));
  }
  model_->to(device_);
  model_->train();
  optimiser_.emplace(*model_, options_.optimiser);
  if (group_) group_->use(device_);
  if (options_.ema_decay > 0) average_.emplace(*model_, options_.ema_decay);
  notice(fmt::format("{} model with {:.1f} M parameters, {} on {}, {} thread{}{}", config_.architecture,
                     static_cast<double>(parameter_count(*model_)) / 1e6, is_bf16() ? "bf16" : "fp32", device_.str(),
                     threads_, threads_ == 1 ? "" : "s", group_ ? fmt::format(", {} processes", group_->size()) : ""));
}

// What translating with the model must know of its text. A model to start from may know its languages.
TrainingFacts Trainer::facts_of_training() const {
  const auto code = [](const std::string& given, const std::optional<std::string>& inherited) {
    return given.empty() ? inherited : std::optional(given);
  };
  TrainingFacts facts;
  facts.source_lang = code(options_.corpus.source_lang, config_.trained_on.source_lang);
  facts.target_lang = code(options_.corpus.target_lang, config_.trained_on.target_lang);
  facts.one_sentence_share = text_.one_sentence_share;
  describe_lengths(corpus_->places(), facts);
  return facts;
}

void Trainer::begin_or_go_on() {
  share_state();
  batches_->seek(progress_.epoch, progress_.batch_in_epoch);
  if (!is_first()) return;
  if (resumes_) {
    notice(fmt::format("going on at step {} of the training in {}", progress_.step, directory_->model().string()));
  } else {
    save_tokenizers(directory_->model(), *tokenizers_);
    config_.trained_on = facts_of_training();
    save_config(directory_->model(), config_);
    save();
  }
  directory_->keep();
  // From the first moment on, the directory holds a model. The state comes before it: see prepare_tokenizers(). Those
  // of another model are as good as it was; no validation has measured any others.
  if (!std::filesystem::exists(weights_file(directory_->model()))) {
    const bool initial = progress_.step == 0 && !options_.init_from.empty();
    save_weights(directory_->model(), named_weights(*model_), initial);
  }
  seconds_before_ = progress_.seconds;
  log_.emplace(directory_->log_folder(), progress_.step);
  const std::int64_t interval = options_.validation.valid_interval;
  notice(fmt::format("{}validation {}, on {} pairs",
                     updates_in_pass_ ? fmt::format("{} updates in a pass over the corpus; ", *updates_in_pass_) : "",
                     interval > 0 ? fmt::format("every {} updates", interval) : "at the end of each pass",
                     text_.valid.source.size()));
}

}  // namespace dragoman
