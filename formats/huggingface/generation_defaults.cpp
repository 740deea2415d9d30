#include "formats/huggingface/generation_defaults.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// Options without a form here, with the value that does nothing.
struct Unapplied {
  const char* name;
  double idle;
};
constexpr std::array kUnapplied = {Unapplied{"num_beam_groups", 1},
                                   Unapplied{"diversity_penalty", 0},
                                   Unapplied{"repetition_penalty", 1},
                                   Unapplied{"encoder_repetition_penalty", 1},
                                   Unapplied{"encoder_no_repeat_ngram_size", 0},
                                   Unapplied{"do_sample", 0},
                                   Unapplied{"renormalize_logits", 0},
                                   Unapplied{"forced_bos_token_id", -1},
                                   Unapplied{"begin_suppress_tokens", -1},
                                   Unapplied{"forced_decoder_ids", -1},
                                   Unapplied{"sequence_bias", -1},
                                   Unapplied{"constraints", -1},
                                   Unapplied{"force_words_ids", -1},
                                   Unapplied{"exponential_decay_length_penalty", -1},
                                   Unapplied{"guidance_scale", 1},
                                   Unapplied{"penalty_alpha", 0},
                                   Unapplied{"prompt_lookup_num_tokens", -1},
                                   Unapplied{"watermarking_config", -1}};

constexpr const char* kNoRepeat = "no_repeat_ngram_size";

bool is_idle(const Json& value, double idle) {
  if (value.is_boolean()) return value.get<bool>() == (idle != 0);
  if (value.is_number()) return value.get<double>() == idle;
  return value.is_structured() && value.empty();
}

// [[65000], [17]]: the ids, each of which is a word by itself, or [65000, 17]; nothing if there are longer words.
std::optional<std::vector<std::int32_t>> ids_alone(const Json& words) {
  std::vector<std::int32_t> ids;
  if (!words.is_array()) return std::nullopt;
  for (const Json& word : words) {
    if (word.is_array() && word.size() != 1) return std::nullopt;
    const Json& id = word.is_array() ? word[0] : word;
    if (!id.is_number_integer()) return std::nullopt;
    ids.push_back(whole_number<std::int32_t>(id));
  }
  return ids;
}

// Of a length that counts the start token, what is left for the others.
std::optional<int> without_start(std::optional<int> length, int others) {
  return length ? std::optional(std::max(*length - others, 0)) : length;
}

}  // namespace

DecodingDefaults generation_defaults(ForeignOptions& options, int forced, std::vector<std::string>& notes) {
  DecodingDefaults defaults;
  defaults.beam_size = options.find<int>("num_beams");
  defaults.length_penalty = options.find<double>("length_penalty");
  // At the last place of max_length there is the end of the sentence, which our lengths do not count either.
  const bool ends = options.has("forced_eos_token_id");
  if (ends) defaults.forces_end = true;
  defaults.max_length = without_start(options.find<int>("max_length"), forced + (ends ? 2 : 1));
  if (const auto length = options.find<int>("max_new_tokens"))
    defaults.max_length = without_start(length, forced + (ends ? 1 : 0));
  if (defaults.max_length == 0) defaults.max_length = std::nullopt;
  defaults.min_length = without_start(options.find<int>("min_length"), forced + 1);
  if (const auto length = options.find<int>("min_new_tokens")) defaults.min_length = without_start(length, forced);
  if (defaults.min_length.value_or(0) < 1) defaults.min_length = std::nullopt;  // a line never gives an empty one
  options.ignore({"forced_eos_token_id", "early_stopping", "temperature", "top_k", "top_p", "typical_p", "min_p",
                  "epsilon_cutoff", "eta_cutoff", "num_return_sequences", "use_cache", "output_scores",
                  "output_attentions", "output_hidden_states", "return_dict_in_generate", "remove_invalid_values"});

  const auto note = [&](const char* name) {
    notes.push_back(
        fmt::format("{}: '{}' is {}, which a search here does not do", options.file(), name, options.shown(name)));
  };
  for (const auto& [name, idle] : kUnapplied) {
    options.ignore({name});
    if (forced > 0 && std::string_view(name) == "forced_bos_token_id") continue;
    if (options.has(name) && !is_idle(options.json()[name], idle)) note(name);
  }
  options.ignore({kNoRepeat});
  if (options.has(kNoRepeat) && !is_idle(options.json()[kNoRepeat], 0)) {
    notes.push_back(fmt::format("{}: '{}' is {}, which `translate --no-repeat-ngram {}` does", options.file(),
                                kNoRepeat, options.shown(kNoRepeat), options.shown(kNoRepeat)));
  }
  for (const char* name : {"bad_words_ids", "suppress_tokens"}) {
    options.ignore({name});
    if (!options.has(name) || options.json()[name].empty()) continue;
    const auto ids = ids_alone(options.json()[name]);
    if (!ids) {
      note(name);
      continue;
    }
    if (!defaults.never_produced) defaults.never_produced.emplace();
    defaults.never_produced->insert(defaults.never_produced->end(), ids->begin(), ids->end());
  }
  return defaults;
}

}  // namespace dragoman
