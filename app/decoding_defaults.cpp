#include "app/decoding_defaults.h"

#include <optional>

namespace dragoman {

void apply_decoding_defaults(const DecodingDefaults& defaults, const std::function<bool(const std::string&)>& is_given,
                             SearchOptions& search) {
  const auto apply = [&](const char* name, const auto& value, auto& field) {
    if (value && !is_given(name)) field = *value;
  };
  apply("beam-size", defaults.beam_size, search.beam_size);
  apply("length-penalty", defaults.length_penalty, search.length_penalty);
  const bool as_transformers = search.rules == SearchRules::huggingface,
             as_marian = search.rules == SearchRules::marian;
  apply("min-length",
        as_transformers || as_marian ? std::optional(defaults.min_length.value_or(0)) : defaults.min_length,
        search.min_length);
  apply("allow-unk", as_transformers ? std::optional(true) : std::nullopt, search.allow_unk);
  // max-length-factor, of a source whose end counts.
  apply("max-length-ratio", as_marian ? std::optional(3.0) : std::nullopt, search.max_length_ratio);
  apply("max-length-extra", as_marian ? std::optional(3) : std::nullopt, search.max_length_extra);
  // A limit in proportion to the source takes the place of one in tokens.
  if (!is_given("max-length-ratio") && !is_given("max-length-extra"))
    apply("max-length", defaults.max_length, search.max_length);
}

}  // namespace dragoman
