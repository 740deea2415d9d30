#include "app/cli/progress_bar.h"
#include "app/cli/size_text.h"
#include "app/info/model_facts.h"
#include "formats/model_config_json.h"
#include "model/architecture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// "1,876,992"
std::string grouped(std::int64_t number) {
  if (number < 1000) return fmt::format("{}", number);
  return fmt::format("{},{:03}", grouped(number / 1000), number % 1000);
}

std::string architecture_text(const ModelConfig& config) {
  const bool translates = reads_source(config);
  std::string text = config.architecture;
  if (translates)
    text += fmt::format(", {} encoder and {} decoder layers", config.encoder_layers, config.decoder_layers);
  if (!translates) text += fmt::format(", {} layers", config.decoder_layers);
  text += fmt::format(", width {}, {} heads", config.width, config.heads);
  if (config.architecture == "transformer" || !translates)
    text += fmt::format(", feed-forward {}, {} positions", config.feed_forward_width, config.positions);
  return text;
}

std::string parameters_text(const ModelFacts& facts) {
  std::string text = grouped(facts.parameters) + ":";
  for (const ModelFacts::Part& part : facts.parts)
    text += fmt::format("{} {} {}", text.back() == ':' ? "" : ",", part.name, grouped(part.parameters));
  return text;
}

std::string vocabulary_text(const ModelFacts& facts) {
  const auto side = [](const ModelFacts::Text& text) {
    return fmt::format("{} ({})", grouped(text.vocabulary), text.tokenizer);
  };
  if (!reads_source(facts.config)) return side(facts.target);
  if (facts.joint_tokenizer) return side(facts.source) + ", of both sides";
  return fmt::format("source {}, target {}", side(facts.source), side(facts.target));
}

std::string training_text(const TrainingSummary& training) {
  return fmt::format("{} updates, {} pass{}, {}", grouped(training.steps), training.epochs,
                     training.epochs == 1 ? "" : "es", format_duration(training.seconds));
}

std::string best_text(const TrainingSummary::Best& best) {
  const std::string which = best.averaged > 0
                                ? fmt::format("mean of {} up to update {}", best.averaged, grouped(best.step))
                                : fmt::format("update {}", grouped(best.step));
  const std::string bleu = best.bleu ? fmt::format("BLEU {:.2f}, ", *best.bleu) : "";
  return fmt::format("{}perplexity {:.2f} ({})", bleu, best.perplexity, which);
}

std::string files_text(const ModelFacts& facts) {
  std::string text;
  for (const ModelFacts::File& file : facts.files)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", file.name, size_text(file.bytes));
  if (facts.training_bytes > 0) text += fmt::format(", training/ {}", size_text(facts.training_bytes));
  return text;
}

// Those that a model of several has, and which two it was trained on.
std::string languages_text(const ModelConfig& config) {
  std::vector<std::string_view> codes;
  for (const Language& language : config.text_template.languages) codes.push_back(language.code);
  const TrainingFacts& learned = config.trained_on;
  const std::string pair = learned.source_lang && learned.target_lang
                               ? fmt::format("{} to {}", *learned.source_lang, *learned.target_lang)
                               : "";
  if (codes.empty()) return pair;
  return fmt::format("{}{}{}", fmt::join(codes, " "), pair.empty() ? "" : "; by default from ", pair);
}

}  // namespace

std::string to_text(const ModelFacts& facts, const std::string& name) {
  std::string text;
  const auto add = [&](const char* label, const std::string& value) {
    text += fmt::format("{:<14}{}\n", label, value);
  };
  add("model", name);
  add("architecture", architecture_text(facts.config));
  add("parameters", parameters_text(facts));
  add("weights", fmt::format("{}, {} in memory{}", to_string(facts.type),
                             size_text(static_cast<std::uint64_t>(facts.weight_bytes)),
                             facts.validated ? "" : "; no validation has measured them"));
  add("vocabulary", vocabulary_text(facts));
  if (facts.config.target_order != TokenOrder::left_to_right)
    add("target order", std::string(to_string(facts.config.target_order)));
  if (const std::string languages = languages_text(facts.config); !languages.empty()) add("languages", languages);
  if (const auto longest = facts.config.longest_sentence()) add("positions", fmt::format("{}", *longest));
  if (facts.training) {
    add("training", training_text(*facts.training));
    if (facts.training->best) add("validation", best_text(*facts.training->best));
  }
  add("shortlist", facts.shortlist ? "yes" : "none");
  add("files", files_text(facts));
  return text;
}

std::string to_json(const ModelFacts& facts, const std::string& name) {
  Json parts = Json::object(), files = Json::object();
  for (const ModelFacts::Part& part : facts.parts) parts[part.name] = part.parameters;
  for (const ModelFacts::File& file : facts.files) files[file.name] = file.bytes;
  const auto text = [](const ModelFacts::Text& side) {
    return Json{{"tokenizer", side.tokenizer}, {"vocabulary", side.vocabulary}};
  };
  Json json{{"model", name},
            {"config", Json::parse(to_json(facts.config))},
            {"parameters", facts.parameters},
            {"parameters_of", parts},
            {"weight_type", to_string(facts.type)},
            {"weight_bytes", facts.weight_bytes},
            {"validated", facts.validated},
            {"source", text(facts.source)},
            {"target", text(facts.target)},
            {"joint_tokenizer", facts.joint_tokenizer},
            {"shortlist", facts.shortlist},
            {"files", files},
            {"training_bytes", facts.training_bytes}};
  if (facts.training) {
    Json training{
        {"steps", facts.training->steps}, {"epochs", facts.training->epochs}, {"seconds", facts.training->seconds}};
    if (const auto& best = facts.training->best) {
      training["best"] = {
          {"step", best->step}, {"averaged", best->averaged}, {"loss", best->loss}, {"perplexity", best->perplexity}};
      if (best->bleu) training["best"]["bleu"] = *best->bleu;
    }
    json["training"] = std::move(training);
  }
  return json.dump() + "\n";
}

}  // namespace dragoman
