#include "training/options/chosen_options.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dragoman {
namespace {

template <typename Visit>
void visit_chosen(TrainOptions& options, ModelConfig& config, const Visit& visit) {
  visit_sizes(config, visit);
  visit("positions", config.positions);
  visit("dropout", config.dropout);
  visit("vocab-size", options.vocabulary.tokenizer.vocabulary_size);
  visit("tokenizer-algorithm", options.vocabulary.tokenizer.algorithm);
  visit("batch-tokens", options.batch_tokens);
  visit("accumulate", options.accumulate);
  visit("learning-rate", options.learning_rate.learning_rate);
  visit("warmup-steps", options.learning_rate.warmup_steps);
  visit("schedule", options.learning_rate.schedule);
  visit("max-epochs", options.limits.max_epochs);
  visit("valid-interval", options.validation.valid_interval);
  visit("valid-beam-size", options.validation.valid_beam_size);
  visit("valid-lines", options.corpus.valid_lines);
}

template <typename T>
void set_from(const std::string& text, T& field) {
  if constexpr (std::is_enum_v<T>) {
    field = enum_named<T>(text);
  } else if constexpr (std::is_same_v<T, std::string>) {
    field = text;
  } else {
    field = nlohmann::json::parse(text).get<T>();
  }
}

}  // namespace

const std::vector<std::string>& chosen_option_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    TrainOptions options;
    ModelConfig config;
    visit_chosen(options, config, [&](const char* name, const auto&) { all.emplace_back(name); });
    return all;
  }();
  return names;
}

void keep_chosen_options(TrainOptions& options, ModelConfig& config, const NamedValues& chosen) {
  std::map<std::string, std::string> values(chosen.begin(), chosen.end());
  visit_chosen(options, config, [&](const char* name, auto& field) {
    const auto found = values.find(name);
    if (found == values.end()) return;
    try {
      if (!options.given->contains(name)) set_from(found->second, field);
    } catch (const nlohmann::json::exception&) {
      throw std::invalid_argument(fmt::format("'{}' is no value of {}", found->second, name));
    }
    values.erase(found);
  });
  if (!values.empty()) throw std::invalid_argument(fmt::format("{} is not chosen", values.begin()->first));
}

std::string describe_chosen(const NamedValues& chosen) {
  std::map<std::string, std::string> values(chosen.begin(), chosen.end());
  const auto is_whole = [&](const std::string& preset) {
    ModelConfig sizes;
    apply_preset(sizes, preset);
    bool same = true;
    visit_sizes(sizes, [&](const char* name, int value) {
      same = same && values.contains(name) && values[name] == text_of(value);
    });
    return same;
  };
  std::string text;
  for (const std::string& preset : preset_names()) {
    if (!is_whole(preset)) continue;
    text += " --preset " + preset;
    ModelConfig sizes;
    visit_sizes(sizes, [&](const char* name, int) { values.erase(name); });
    break;
  }
  for (const auto& [name, value] : chosen) {
    if (values.contains(name)) text += fmt::format(" --{} {}", name, value);
  }
  return text.empty() ? text : text.substr(1);
}

}  // namespace dragoman
