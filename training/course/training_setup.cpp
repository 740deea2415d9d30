#include "training/course/training_setup.h"

#include "base/counted.h"
#include "decoding/alignment/alignment_options.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "training/course/course_limits.h"
#include "training/course/training_record.h"
#include "training/course/training_vocabulary.h"
#include "training/data/text_statistics.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// Tokens of a batch for one thread.
constexpr std::int64_t kLeastShare = 256;
// Of all shares together, each of which has gradients of its own.
constexpr std::int64_t kMostGradientBytes = 512'000'000;

std::int64_t parameter_count(const torch::nn::Module& model) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

std::int64_t gradient_bytes(const torch::nn::Module& model) {
  std::int64_t bytes = 0;
  for (const torch::Tensor& parameter : model.parameters()) bytes += static_cast<std::int64_t>(parameter.nbytes());
  return bytes;
}

std::unique_ptr<Checkpoints> open_folder(const TrainOptions& options) {
  auto checkpoints = std::make_unique<Checkpoints>(options.model, options.checkpoints);
  if (!checkpoints->resumes() && fs::exists(weights_file(options.model))) {
    throw std::runtime_error(
        fmt::format("{}: holds a model, but no training to go on with; choose another folder with "
                    "--model (--init-from starts from a model)",
                    options.model.string()));
  }
  if (checkpoints->directory().has_record()) return checkpoints;
  if (const std::vector<fs::path> others = replaceable_files(options.model); !others.empty()) {
    throw std::runtime_error(fmt::format(
        "{}: is of no training, and would be replaced; choose another folder with --model", others.front().string()));
  }
  return checkpoints;
}

void record_or_compare(const TrainingTask& task, const ModelConfig& config, const TrainingDirectory& directory) {
  NamedValues options = recorded_options(task.options, config, task.is_bf16(), task.text.fingerprint());
  settle_initial_model(options, TrainingDirectory::record(task.options.model));
  directory.record_or_compare({options, task.chosen}, default_options());
  directory.remove_unfinished();
}

void assign_initial_weights(Seq2SeqModel& model, const fs::path& directory,
                            const std::optional<GrownVocabulary>& grown) {
  LoadedWeights initial = load_weights(directory, {.allow_unvalidated = true});
  if (!initial.validated()) {
    throw std::runtime_error(
        fmt::format("{}: no validation has measured this model; go on with its training first", directory.string()));
  }
  if (grown) grown->grow(initial.weights.tensors);
  assign_weights(model, initial.weights, weights_file(directory));
}

// checkpoints: rank 0's, which alone needs more than random weights; the others have them from it.
Learner make_learner(const TrainingTask& task, const TrainingVocabulary& vocabulary, const Checkpoints* checkpoints) {
  std::shared_ptr<Seq2SeqModel> model = create_model(vocabulary.config, task.options.seed);
  if (checkpoints && !task.options.init_from.empty() && !checkpoints->resumes())
    assign_initial_weights(*model, task.options.init_from, vocabulary.grown);
  model->to(task.device);
  return {std::move(model), task.options};
}

// On a folder that all see, rank 0 writes the corpus for all; elsewhere each its own.
std::unique_ptr<CorpusFile> make_corpus(const TrainingTask& task, const Tokenizers& tokenizers, const Peers& peers,
                                        const Notice& notice) {
  const auto tokenize = [&](const fs::path& file) {
    return tokenize_training_text(file, task.text, tokenizers, task.options.filter, task.threads, notice);
  };
  fs::path file = TrainingDirectory::corpus_file(task.options.model);
  std::unique_ptr<CorpusFile> corpus;
  if (peers.is_first()) corpus = tokenize(file);
  peers.from_first("the corpus is written");
  if (corpus) return corpus;
  fs::create_directories(file.parent_path());
  if (!fs::exists(file)) file += fmt::format(".{}", peers.rank());
  return tokenize(file);
}

// Each thread has sentences of its own as long as these are enough to be worth it: threads that share each operator
// wait for each other, the longer the smaller the model.
std::unique_ptr<GradientPass> make_pass(const TrainingTask& task, const ModelConfig& config, Seq2SeqModel& model,
                                        const PairStore& corpus, const Peers& peers) {
  const TrainOptions& options = task.options;
  const std::int64_t tokens = options.batch_tokens > 0 ? options.batch_tokens : largest_reasonable_budget(corpus);
  const std::int64_t most = std::min(tokens / kLeastShare, kMostGradientBytes / gradient_bytes(model));
  // What attention has drawn is measured by the other sentences of the batch.
  const bool draws = config.cross_attention_selection == AttentionSelection::sampled;
  const std::int64_t shares = task.device.is_cpu() && !draws ? std::clamp<std::int64_t>(most, 1, task.threads) : 1;
  Pass common;
  common.seed = options.seed;
  if (task.is_bf16()) common.compute_type = torch::kBFloat16;
  LossOptions loss{config.special_ids.pad, options.label_smoothing, options.r_drop, options.sim_cut,
                   options.token_cutoff};
  if (options.guides_alignment()) {
    const AlignmentOptions trained;
    loss.guided = {trained.site(config), trained.head_of(config).value(), options.guided_alignment_weight};
  }
  return std::make_unique<GradientPass>(model, config, task.device, common, loss,
                                        BatchShares{static_cast<std::size_t>(shares), task.workers}, peers.group());
}

// For a large corpus it takes long to know.
std::optional<std::int64_t> count_updates_in_pass(const TrainingTask& task, const PairStore& corpus,
                                                  const UpdateBatches& batches) {
  constexpr std::size_t kLarge = 1'000'000;
  if (task.options.learning_rate.schedule != Schedule::cosine && corpus.places().size() > kLarge) return std::nullopt;
  return batches.updates_in_pass();
}

// What translating with the model must know of its text. known: its languages.
TrainingFacts facts_of_training(const TrainingTask& task, const TrainingFacts& known, const PairStore& corpus) {
  TrainingFacts facts;
  facts.source_lang = known.source_lang;
  facts.target_lang = known.target_lang;
  facts.one_sentence_share = task.text.one_sentence_share;
  if (!task.options.targets_alone()) describe_lengths(corpus.places(), facts);
  return facts;
}

// From here on the folder holds a model. The state comes before its weights: see open_folder().
void begin_or_go_on(const TrainingSetup& setup, const TrainingVocabulary& vocabulary, Checkpoints& checkpoints,
                    const Notice& notice) {
  const fs::path& folder = setup.task->options.model;
  checkpoints.directory().keep();  // what fails from now on leaves files that the next run needs the record to know
  if (checkpoints.resumes()) {
    notice(fmt::format("going on at step {} of the training in {}", setup.progress.step, folder.string()));
  } else {
    save_tokenizers(folder, vocabulary.tokenizers);
    ModelConfig config = vocabulary.config;
    config.trained_on = facts_of_training(*setup.task, config.trained_on, *setup.corpus);
    save_config(folder, config);
    checkpoints.save(setup.learner, setup.progress);
  }
  if (fs::exists(weights_file(folder))) return;
  // Those of another model are as good as it was; no validation has measured any others.
  const bool initial = setup.progress.step == 0 && !setup.task->options.init_from.empty();
  save_weights(folder, named_weights(*setup.learner.model), initial);
}

// Rank 0's part of the end of the set-up.
std::unique_ptr<Keeper> make_keeper(const TrainingSetup& setup, const TrainingVocabulary& vocabulary,
                                    std::unique_ptr<Checkpoints> checkpoints, const TrainObserver& observer,
                                    std::optional<std::int64_t> updates_in_pass) {
  const TrainingTask& task = *setup.task;
  Validator validator(task.text.valid, vocabulary.tokenizers, vocabulary.config, task.options,
                      setup.progress.batch_tokens, task.workers);
  begin_or_go_on(setup, vocabulary, *checkpoints, observer.notice);
  CourseReport report(TrainLog(checkpoints->directory().log_folder(), setup.progress.step), observer, task.options);
  const std::int64_t interval = task.options.validation.valid_interval;
  report.notice(
      fmt::format("{}validation {}, on {}",
                  updates_in_pass ? fmt::format("{} updates in a pass over the corpus; ", *updates_in_pass) : "",
                  interval > 0 ? fmt::format("every {} updates", interval) : "at the end of each pass",
                  counted(static_cast<std::int64_t>(task.text.valid_pairs()), task.options.unit())));
  return std::make_unique<Keeper>(std::move(checkpoints), std::move(validator), std::move(report), vocabulary.config,
                                  task.device, task.options);
}

}  // namespace

TrainingSetup set_up_training(TrainOptions options, ModelConfig config, const TrainObserver& observer,
                              const Peers& peers) {
  const Notice& notice = observer.notice;
  auto task = std::make_unique<const TrainingTask>(settle_task(std::move(options), std::move(config), peers, notice));
  auto checkpoints = peers.is_first() ? open_folder(task->options) : nullptr;
  const TrainingVocabulary vocabulary = settle_vocabulary(*task, checkpoints.get(), peers, notice);
  if (checkpoints) record_or_compare(*task, vocabulary.config, checkpoints->directory());
  Learner learner = make_learner(*task, vocabulary, checkpoints.get());
  if (!peers.is_alone()) peers.group()->use(task->device);
  notice(fmt::format("{} model with {:.1f} M parameters, {} on {}, {} thread{}{}", vocabulary.config.architecture,
                     static_cast<double>(parameter_count(*learner.model)) / 1e6, task->is_bf16() ? "bf16" : "fp32",
                     task->device.str(), task->threads, task->threads == 1 ? "" : "s",
                     peers.is_alone() ? "" : fmt::format(", {} processes", peers.size())));
  std::unique_ptr<CorpusFile> corpus = make_corpus(*task, vocabulary.tokenizers, peers, notice);
  TrainingProgress progress;
  if (checkpoints && checkpoints->resumes()) progress = checkpoints->load(learner);
  progress = shared_progress(progress, peers);
  auto pass = make_pass(*task, vocabulary.config, *learner.model, *corpus, peers);
  const auto open_batches = [&](std::int64_t budget) {
    return std::make_unique<UpdateBatches>(*corpus, vocabulary.tokenizers, vocabulary.config, task->options, budget,
                                           peers);
  };
  progress.batch_tokens = settle_budget(
      progress.batch_tokens, *corpus, task->options,
      [&](std::int64_t budget) { pass->rehearse(open_batches(budget)->worst()); }, task->device, peers, notice);
  auto batches = open_batches(progress.batch_tokens);
  const auto updates_in_pass = count_updates_in_pass(*task, *corpus, *batches);
  const std::int64_t end = schedule_end(task->options.limits, task->options.learning_rate.schedule, updates_in_pass);
  learner.share(peers);
  batches->seek(progress.epoch, progress.batch_in_epoch);
  TrainingSetup setup{std::move(task),
                      peers,
                      std::move(corpus),
                      std::move(learner),
                      std::move(pass),
                      std::move(batches),
                      std::move(progress),
                      end,
                      nullptr};
  if (checkpoints) setup.keeper = make_keeper(setup, vocabulary, std::move(checkpoints), observer, updates_in_pass);
  return setup;
}

}  // namespace dragoman
