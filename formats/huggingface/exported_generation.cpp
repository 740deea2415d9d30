#include "formats/huggingface/generation_defaults.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <set>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// Where a model says nothing; transformers would end at 20 tokens.
constexpr int kLongest = 512;

// What a translation begins with behind the start token, if that is known.
std::optional<std::int32_t> forced_begin(const ModelConfig& config) {
  const TextTemplate& form = config.text_template;
  if (form.target_before.empty()) return std::nullopt;
  const std::int32_t first = form.target_before.front();
  if (first != TextTemplate::kTargetLang) return first;
  std::vector<std::string> codes;
  for (const Language& language : form.languages) codes.push_back(language.code);
  const auto& own = config.trained_on.target_lang;
  const auto found = own ? language_named(codes, *own) : std::nullopt;
  return found ? std::optional(form.languages[*found].token) : std::nullopt;
}

Json words_never_produced(const ModelConfig& config) {
  const SpecialIds& special = config.special_ids;
  std::set<std::int32_t> ids{special.pad, special.bos, special.unk};
  if (const auto& own = config.decoding.never_produced) ids.insert(own->begin(), own->end());
  for (const Language& language : config.text_template.languages) ids.insert(language.token);
  ids.erase(SpecialIds::kNone);
  Json words = Json::array();
  for (const std::int32_t id : ids) words.push_back({id});
  return words;
}

}  // namespace

nlohmann::ordered_json exported_generation(const ModelConfig& config) {
  const DecodingDefaults& defaults = config.decoding;
  const auto forced = static_cast<int>(config.text_template.target_before.size());
  const bool ends = defaults.forces_end.value_or(false);
  Json json{{"decoder_start_token_id", config.start_token},
            {"eos_token_id", config.special_ids.eos},
            {"pad_token_id", config.special_ids.pad}};
  if (const auto first = forced_begin(config)) json["forced_bos_token_id"] = *first;
  if (ends) json["forced_eos_token_id"] = config.special_ids.eos;
  if (defaults.beam_size) json["num_beams"] = *defaults.beam_size;
  if (defaults.length_penalty) json["length_penalty"] = *defaults.length_penalty;
  json["early_stopping"] = true;
  const int around = forced + (ends ? 2 : 1);
  const int longest = config.positions == "t5" ? kLongest : std::min(kLongest, config.max_positions);
  json["max_length"] = defaults.max_length ? *defaults.max_length + around : longest;
  json["min_length"] = defaults.min_length.value_or(1) + forced + 1;
  json["bad_words_ids"] = words_never_produced(config);
  return json;
}

}  // namespace dragoman
