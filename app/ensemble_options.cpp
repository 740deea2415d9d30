#include "app/ensemble_options.h"

#include <filesystem>
#include <fmt/format.h>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

namespace fs = std::filesystem;

Option& add_models_option(CommandLine& line, TranslationOptions& options, std::string text, std::string help) {
  Option models;
  models.kind = Option::Kind::list;
  models.set = [&options, text = std::move(text)](const std::vector<std::string>& names) {
    options.model = parse_value<std::string>(names.at(0));
    options.companions.clear();
    for (const std::string& name : std::span(names).subspan(1)) {
      if (!fs::is_directory(name)) {
        throw std::invalid_argument(fmt::format(
            "'{}' is no model directory{}", name,
            fs::exists(name) ? fmt::format("; write --{} {}", text, name) : "; several of them search together"));
      }
      options.companions.push_back(name);
    }
  };
  models.get = [&options] {
    std::vector<std::string> names;
    if (!options.model.empty()) names.push_back(options.model);
    names.insert(names.end(), options.companions.begin(), options.companions.end());
    return names;
  };
  Option& option = line.add_custom("model,m", std::move(models), "DIR", std::move(help) + "; several: an ensemble");
  option.common = true;
  add_unvalidated_option(line, options);
  return option;
}

void add_ensemble_options(CommandLine& line, TranslationOptions& options) {
  EnsembleOptions& ensemble = options.translator.ensemble;
  line.choose(
      "ensemble-mean", ensemble.mean,
      "of several models: a token's score is the mean of its log-probabilities, or the logarithm of the mean of "
      "its probabilities");
  line.add("weights", ensemble.weights, "X", "of several models in this mean, one each; not given: all alike");
}

void check_ensemble(const CommandLine& line, const TranslationOptions& options) {
  for (const char* name : {"ensemble-mean", "weights"}) {
    if (line.asked(name) && options.companions.empty())
      throw std::invalid_argument(fmt::format("--{} is about several models; name them with --model A B", name));
  }
  options.translator.ensemble.validate(1 + options.companions.size());
}

}  // namespace dragoman
