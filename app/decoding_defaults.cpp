#include "app/decoding_defaults.h"

namespace dragoman {

void apply_decoding_defaults(const DecodingDefaults& defaults, const std::function<bool(const std::string&)>& is_given,
                             SearchOptions& search) {
  const auto apply = [&](const char* name, const auto& value, auto& field) {
    if (value && !is_given(name)) field = *value;
  };
  apply("beam-size", defaults.beam_size, search.beam_size);
  apply("length-penalty", defaults.length_penalty, search.length_penalty);
  apply("min-length", defaults.min_length, search.min_length);
  // A limit in proportion to the source takes the place of one in tokens.
  if (!is_given("max-length-ratio") && !is_given("max-length-extra"))
    apply("max-length", defaults.max_length, search.max_length);
}

}  // namespace dragoman
