#include "training/course/training_vocabulary.h"

#include "base/memory.h"
#include "decoding/alignment/alignment_options.h"
#include "formats/model_config_json.h"
#include "training/data/language_tokens.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

std::optional<GrownVocabulary> grown_vocabulary(const TrainOptions& options, bool resumes) {
  if (resumes || options.vocabulary.add_tokens.empty()) return std::nullopt;
  return GrownVocabulary(load_tokenizers(options.init_from), load_config(options.init_from),
                         options.vocabulary.add_tokens);
}

Tokenizers find_or_learn(const TrainingTask& task, bool resumes, const std::optional<GrownVocabulary>& grown,
                         const Notice& notice) {
  const TrainOptions& options = task.options;
  if (resumes) return load_tokenizers(options.model);
  if (!options.init_from.empty()) {
    Tokenizers tokenizers = grown ? grown->tokenizers() : load_tokenizers(options.init_from);
    warn_of_unknown_text(task.text, tokenizers, notice);
    return tokenizers;
  }
  VocabularyOptions vocabulary = options.vocabulary;
  vocabulary.tokenizer.control_pieces = language_pieces(options.directions(), options.multilingual.language_tokens);
  Tokenizers tokenizers =
      make_tokenizers(task.text, vocabulary, options.multilingual.language_temperature, task.threads, notice);
  release_free_memory();
  if (!options.vocabulary.source_tokenizer.empty()) warn_of_unknown_text(task.text, tokenizers, notice);
  return tokenizers;
}

// The weights of a model to start from decide the architecture; what is only a matter of training stays as the options
// have it.
ModelConfig config_of_initial(const TrainingTask& task, bool resumes, const std::optional<GrownVocabulary>& grown) {
  ModelConfig config = load_config(resumes ? task.options.model : std::filesystem::path(task.options.init_from));
  config.dropout = task.config.dropout;
  config.embedding_dropout = task.config.embedding_dropout;
  config.attention_dropout = task.config.attention_dropout;
  config.activation_dropout = task.config.activation_dropout;
  config.layer_dropout = task.config.layer_dropout;
  if (grown) grown->apply_to(config);
  return config;
}

// A language that all pairs have on one side is the model's own there.
void settle_languages(ModelConfig& config, std::span<const LanguagePair> directions) {
  const auto settle = [&](std::optional<std::string>& own, std::optional<std::string> LanguagePair::*side) {
    const std::optional<std::string>& first = directions.front().*side;
    if (std::ranges::any_of(directions, [&](const LanguagePair& each) { return each.*side != first; })) {
      own = std::nullopt;
    } else if (first) {
      own = first;
    }
  };
  settle(config.trained_on.source_lang, &LanguagePair::source);
  settle(config.trained_on.target_lang, &LanguagePair::target);
}

ModelConfig settled_config(const TrainingTask& task, const Tokenizers& tokenizers, bool resumes,
                           const std::optional<GrownVocabulary>& grown) {
  ModelConfig config = task.config;
  if (task.options.init_from.empty()) {
    config.source_vocabulary = tokenizers.source.vocabulary_size();
    config.target_vocabulary = tokenizers.target.vocabulary_size();
    config.special_ids = tokenizers.target.special_ids();
    config.start_token = config.special_ids.start();
    config.text_template =
        language_template(tokenizers, task.options.directions(), task.options.multilingual.language_tokens);
  } else {
    config = config_of_initial(task, resumes, grown);
  }
  settle_languages(config, task.options.directions());
  if (task.options.guides_alignment() && !config.alignment_layer) {
    config.alignment_layer = usual_layer(config.attending_layers());
    config.alignment_head = 0;
  }
  if (tokenizers.source.special_ids() != tokenizers.target.special_ids()) {
    throw std::invalid_argument(
        "source and target tokenizer have different ids for padding, bos, eos or unknown; train both with the same "
        "ids");
  }
  config.validate();
  return config;
}

// Rank 0's `own`, in all processes.
Tokenizer shared_tokenizer(const Tokenizer* own, const Peers& peers, const std::string& name_for_errors) {
  const std::vector<CodecFile> files = own ? own->files() : std::vector<CodecFile>{};
  std::vector<CodecFile> shared;
  for (const std::string_view extension : kCodecFiles) {
    std::string bytes;
    for (const CodecFile& file : files) {
      if (file.extension == extension) bytes = file.bytes;
    }
    bytes = peers.from_first(bytes);
    if (!bytes.empty()) shared.push_back({std::string(extension), std::move(bytes)});
  }
  return own ? *own : Tokenizer::from_files(std::move(shared), name_for_errors);
}

TrainingVocabulary share(const std::optional<TrainingVocabulary>& own, const Peers& peers) {
  Tokenizer source = shared_tokenizer(own ? &own->tokenizers.source : nullptr, peers, "rank 0's source tokenizer");
  Tokenizer target = shared_tokenizer(own ? &own->tokenizers.target : nullptr, peers, "rank 0's target tokenizer");
  const std::string config = peers.from_first(own ? to_json(own->config) : "");
  return {{std::move(source), std::move(target)},
          model_config_from_json(config, "rank 0"),
          own ? own->grown : std::nullopt};
}

}  // namespace

TrainingVocabulary settle_vocabulary(const TrainingTask& task, const Checkpoints* checkpoints, const Peers& peers,
                                     const Notice& notice) {
  std::optional<TrainingVocabulary> own;
  if (checkpoints) {
    const bool resumes = checkpoints->resumes();
    std::optional<GrownVocabulary> grown = grown_vocabulary(task.options, resumes);
    Tokenizers tokenizers = find_or_learn(task, resumes, grown, notice);
    ModelConfig config = settled_config(task, tokenizers, resumes, grown);
    own.emplace(TrainingVocabulary{std::move(tokenizers), std::move(config), std::move(grown)});
  }
  TrainingVocabulary vocabulary = peers.is_alone() ? std::move(own.value()) : share(own, peers);
  Tokenizer& target = vocabulary.tokenizers.target;
  target = target.in_order(vocabulary.config.target_order);
  check_fit(vocabulary.config, task.options);
  return vocabulary;
}

}  // namespace dragoman
