#include "app/train/train_settings.h"

#include "app/train/architecture_options.h"
#include "app/train/train_flags.h"
#include "training/options/auto_options.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

void add_train_settings(CommandLine& line, TrainSettings& settings) {
  add_train_flags(line, settings.options, settings.config, settings.preset);
}

void settle_training(const CommandLine& line, TrainSettings& settings) {
  auto& [options, config, preset] = settings;
  if (options.targets_alone() && !line.asked("valid-metric"))
    options.validation.valid_metric = ValidationMetric::perplexity;
  check_architecture_options(line, config);
  if (line.asked("token-cutoff") && options.sim_cut == 0)
    throw std::invalid_argument("--token-cutoff is that of --sim-cut; give that, too");
  if (line.asked("guided-alignment-weight") && !options.guides_alignment())
    throw std::invalid_argument("--guided-alignment-weight is that of --guided-alignment; give that, too");
  options.given = given_options(line, preset);
  const bool learns_vocabulary = options.init_from.empty() && options.vocabulary.source_tokenizer.empty();
  if (learns_vocabulary && !options.vocabulary.joint && config.ties_inputs()) {
    throw std::invalid_argument(
        fmt::format("--no-joint-vocabulary and --tied-embeddings {} contradict each other; use target or none",
                    to_string(config.tied_embeddings)));
  }
  check_before_choice(options, config);
}

}  // namespace dragoman
