#include "training/course/training_task.h"

#include "base/counted.h"
#include "base/parallel.h"
#include "data/line_reader.h"
#include "formats/model_directory.h"
#include "model/device.h"
#include "model/text_frame.h"
#include "model/weight_type.h"
#include "training/course/training_directory.h"
#include "training/course/training_record.h"
#include "training/data/language_tokens.h"
#include "training/options/auto_options.h"
#include "training/options/chosen_options.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

// Refuses what can be refused before a folder is made, when the vocabularies are not known yet.
void check(ModelConfig config, const TrainOptions& options) {
  options.validate();
  if (!options.init_from.empty()) return;  // its architecture is another model's
  config.source_vocabulary = config.target_vocabulary = options.vocabulary.tokenizer.vocabulary_size;
  config.validate();
  check_fit(config, options);
}

// What the model to start from learns from is known before the text is read: in rank 0 at least, if it is needed still.
void check_initial(const TrainOptions& options, const Peers& peers) {
  if (options.init_from.empty() || !peers.is_first() || TrainingDirectory::record(options.model)) return;
  check_sides(load_config(options.init_from), options);
}

// Weights make an epoch larger or smaller than the text.
CorpusSize size_of_epoch(const TrainOptions& options, const TrainingText& text) {
  CorpusSize size{text.summary.pairs, text.summary.bytes};
  if (options.targets_alone()) size.bytes *= 2;  // one side is as much as two of pairs are taken for
  const auto draws = mixture_of(text.corpora, text.summary.pairs_of_corpora, options.multilingual.language_temperature);
  if (!draws) return size;
  const std::int64_t pairs = std::reduce(draws->begin(), draws->end());
  size.bytes =
      std::llround(static_cast<double>(size.bytes) / static_cast<double>(size.pairs) * static_cast<double>(pairs));
  size.pairs = pairs;
  return size;
}

NamedValues choose_or_recall(TrainOptions& options, ModelConfig& config, const TrainingText& text, const Peers& peers,
                             const Notice& notice) {
  if (const auto record = TrainingDirectory::record(options.model)) return record->chosen;
  const auto initial = options.init_from.empty() ? std::nullopt : std::optional(load_config(options.init_from));
  NamedValues chosen = choose_options(options, config, size_of_epoch(options, text), initial, peers.size());
  if (!chosen.empty())
    notice(fmt::format("chosen for {}, as you have not: {}", counted(text.summary.pairs, options.unit()),
                       describe_chosen(chosen)));
  return chosen;
}

// What the user has left to the program: what it chose when the training began, if it has begun. Rank 0 decides, since
// only it may have the folders at hand.
NamedValues choose(TrainOptions& options, ModelConfig& config, const TrainingText& text, const Peers& peers,
                   const Notice& notice) {
  NamedValues chosen;
  if (!options.given) return chosen;
  if (peers.is_first()) chosen = choose_or_recall(options, config, text, peers, notice);
  if (!peers.is_alone())
    chosen = nlohmann::json::parse(peers.from_first(nlohmann::json(chosen).dump())).get<NamedValues>();
  try {
    keep_chosen_options(options, config, chosen);
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: its training/options.json is damaged: {}; train into another folder",
                                         options.model.string(), error.what()));
  }
  return chosen;
}

// Processes that do not compute the same would end with a model that nobody asked for.
void compare_with_peers(const TrainingTask& task, const Peers& peers) {
  if (peers.is_alone()) return;
  if (task.options.accumulate < peers.size()) {
    throw std::invalid_argument(
        fmt::format("accumulate is {}, but {} processes share the batches of each update; give --accumulate {} or a "
                    "multiple of it",
                    task.options.accumulate, peers.size(), peers.size()));
  }
  const NamedValues mine = recorded_options(task.options, task.config, task.is_bf16(), task.text.fingerprint());
  const std::vector<std::string> all =
      peers.group()->from_all(nlohmann::json(mine).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    const auto first = nlohmann::json::parse(all[0]).get<NamedValues>();
    const auto other = nlohmann::json::parse(all[rank]).get<NamedValues>();
    const std::string difference = TrainingDirectory::difference(first, other, {});
    if (!difference.empty())
      throw std::invalid_argument(
          fmt::format("rank 0 trains with {} as rank {}; give all the same options and texts", difference, rank));
  }
}

}  // namespace

bool multiplies_bf16(torch::Device device) {
  return device.is_cuda() || is_fast(WeightType::bf16, device);
}

bool TrainingTask::is_bf16() const {
  return options.precision == Precision::bf16 || (options.precision == Precision::automatic && multiplies_bf16(device));
}

TrainingTask settle_task(TrainOptions options, ModelConfig config, const Peers& peers, const Notice& notice) {
  if (!options.vocabulary.add_tokens.empty()) require_readable_again(options.vocabulary.add_tokens);
  check_before_choice(options, config);
  check_initial(options, peers);
  options.filter.needs_source = !options.targets_alone();
  const torch::Device device = device_named(options.device, peers.local_rank());
  const int threads = threads_or_all(options.threads);
  auto workers = std::make_shared<const Workers>(threads, device);
  TrainingText text = read_training_text(options.all_corpora(), notice);
  at::set_num_threads(threads);
  NamedValues chosen = choose(options, config, text, peers, notice);
  check(config, options);
  if (options.corpus.valid_lines > 0) hold_out(text, options.corpus.valid_lines);
  TrainingTask task{std::move(options), std::move(chosen), std::move(config), device, threads,
                    std::move(workers), std::move(text)};
  compare_with_peers(task, peers);
  return task;
}

void check_fit(const ModelConfig& config, const TrainOptions& options) {
  check_sides(config, options);
  const std::vector<LanguagePair> directions = options.directions();
  for (const LanguagePair& languages : directions) text_frame(config, languages);  // says which are missing
  if (!options.init_from.empty() && needs_language_tokens(directions) && config.text_template.languages.empty()) {
    throw std::invalid_argument(
        "the model to start from has no tokens of languages, but the corpora have several pairs of them; leave "
        "--init-from out, or train on one pair");
  }
  if (config.cross_attention_selection == AttentionSelection::sampled && options.passes_twice()) {
    throw std::invalid_argument(
        fmt::format("cross-attention-selection sampled and {} cannot be combined; leave out one",
                    options.r_drop > 0 ? "r-drop" : "sim-cut"));
  }
  if (config.cross_attention_selection != AttentionSelection::soft && options.guides_alignment()) {
    throw std::invalid_argument(
        fmt::format("cross-attention-selection {} and guided-alignment cannot be combined: it takes one word of the "
                    "source, and has no weights to learn by; leave out one",
                    to_string(config.cross_attention_selection)));
  }
  if (config.longest_sentence() && *config.longest_sentence() <= options.filter.max_length) {
    throw std::invalid_argument(fmt::format("max-positions is {}, but must exceed max-length, {}", config.max_positions,
                                            options.filter.max_length));
  }
}

}  // namespace dragoman
