#include "formats/ctranslate2/exported_text.h"

#include "formats/stored_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace dragoman {
namespace {

using SortedJson = nlohmann::json;

bool begins_with_language(const ModelConfig& config) {
  return std::ranges::find(config.text_template.languages, config.start_token, &Language::token) !=
         config.text_template.languages.end();
}

// Whether CTranslate2 can put around a source what stands there.
bool has_plain_ends(const ModelConfig& config) {
  const auto& [before, behind, target_before, languages, optional] = config.text_template;
  const bool bos = before == std::vector{config.special_ids.bos}, eos = behind == std::vector{TextTemplate::kEnd};
  return languages.empty() && (before.empty() || bos) && (behind.empty() || eos);
}

bool begins_with_zeros_of_padding(const ModelConfig& config, const SafetensorsFile& weights) {
  const std::int32_t pad = config.special_ids.pad;
  if (config.zero_start || config.start_token != pad || pad + 1 != config.target_vocabulary) return false;
  const std::string name = config.ties_inputs() ? "embedding.weight" : "target_embedding.weight";
  return !stored_weight(weights, name, "model.safetensors")[pad].any().item<bool>();
}

std::optional<std::string> piece_named(const Tokenizer& tokenizer, std::string_view name) {
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (tokenizer.piece(id) == name) return std::string(name);
  }
  return std::nullopt;
}

bool have_the_same_pieces(const Tokenizers& tokenizers) {
  const auto& [source, target] = tokenizers;
  if (source.vocabulary_size() != target.vocabulary_size()) return false;
  for (std::int32_t id = 0; id < source.vocabulary_size(); ++id) {
    if (source.piece(id) != target.piece(id)) return false;
  }
  return true;
}

// The tokens of one side as a user writes them.
std::vector<std::string> shown(const std::vector<std::int32_t>& tokens, const ModelConfig& config,
                               const Tokenizer& tokenizer) {
  std::vector<std::string> names;
  for (const std::int32_t token : tokens) {
    names.push_back(token == TextTemplate::kSourceLang   ? "SOURCE_LANG"
                    : token == TextTemplate::kTargetLang ? "TARGET_LANG"
                    : token == TextTemplate::kEnd        ? tokenizer.piece(config.special_ids.eos)
                                                         : tokenizer.piece(token));
  }
  return names;
}

}  // namespace

ExportedText exported_text(const ModelConfig& config, const SafetensorsFile& weights, const Tokenizers& tokenizers) {
  const TextTemplate& form = config.text_template;
  ExportedText text;
  const bool of_transformers = config.start_token != config.special_ids.start();
  if (!of_transformers && has_plain_ends(config)) {
    text.source_bos = !form.source_before.empty();
    text.source_eos = !form.source_behind.empty();
  }
  text.names_start = begins_with_language(config);
  text.one_vocabulary = tokenizers.joint() || have_the_same_pieces(tokenizers);
  text.drops_padding = (text.one_vocabulary || !config.ties_inputs()) && begins_with_zeros_of_padding(config, weights);
  text.target_size = config.target_vocabulary - (text.drops_padding ? 1 : 0);
  text.source_size = text.one_vocabulary ? text.target_size : config.source_vocabulary;
  return text;
}

std::string exported_config(const ModelConfig& config, const ExportedText& text, const Tokenizer& target) {
  const SpecialIds& special = config.special_ids;
  const std::string start = target.piece(text.drops_padding ? special.eos : config.start_token);
  const SortedJson begin = text.names_start ? SortedJson(nullptr) : SortedJson(start);
  return SortedJson{{"add_source_bos", text.source_bos},
                    {"add_source_eos", text.source_eos},
                    {"bos_token", piece_named(target, "<s>").value_or(start)},
                    {"decoder_start_token", begin},
                    {"eos_token", target.piece(special.eos)},
                    {"unk_token", target.piece(special.unk)},
                    {"layer_norm_epsilon", config.norm_epsilon},
                    {"multi_query_attention", false}}
             .dump(2) +
         "\n";
}

std::string exported_vocabulary(const Tokenizer& tokenizer, std::int32_t size) {
  SortedJson pieces = SortedJson::array();
  for (std::int32_t id = 0; id < size; ++id) pieces.push_back(tokenizer.piece(id));
  return pieces.dump(1) + "\n";
}

std::vector<std::string> exported_usage(const ModelConfig& config, const ExportedText& text,
                                        const Tokenizers& tokenizers) {
  const TextTemplate& form = config.text_template;
  const auto& [source, target] = tokenizers;
  const std::string pieces =
      fmt::format("pieces of {}{}", tokenizers.joint() ? "tokenizer" : "source", source.files().front().extension);
  std::vector<std::string> notes;
  if (text.source_bos || text.source_eos || (form.source_before.empty() && form.source_behind.empty())) {
    notes.push_back(fmt::format("sources go in as {}", pieces));
  } else {
    std::vector<std::string> whole = shown(form.source_before, config, source);
    whole.push_back(pieces);
    const std::vector<std::string> behind = shown(form.source_behind, config, source);
    whole.insert(whole.end(), behind.begin(), behind.end());
    notes.push_back(fmt::format("sources go in as {}{}", fmt::join(whole, ", "),
                                form.languages_optional ? "; the language may be left out" : ""));
  }
  std::vector<std::string> first = shown(form.target_before, config, target);
  if (text.names_start) first.insert(first.begin(), target.piece(config.start_token));
  if (!first.empty())
    notes.push_back(fmt::format("target_prefix is {}, which each translation begins with", fmt::join(first, ", ")));
  if (!form.languages.empty())
    notes.push_back(fmt::format("languages are tokens such as {}", source.piece(form.languages.front().token)));
  return notes;
}

}  // namespace dragoman
