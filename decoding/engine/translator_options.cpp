#include "decoding/engine/translator_options.h"

#include "base/check_range.h"

#include <fmt/core.h>
#include <stdexcept>

namespace dragoman {

void TranslatorOptions::check_terms() const {
  if (!rules.force_terms || (!sampling && diversity.groups == 1)) return;
  throw std::invalid_argument(
      "terms that must come need beams of their own, which --temperature and --diverse-groups do not have; add "
      "--no-force-terms, so that they are only favoured");
}

std::optional<std::string> TranslatorOptions::why_no_alternatives() const {
  if (search.n_best > 1) return "--n-best are the best of all: leave one of them out";
  if (sampling) return "--temperature draws others: leave one of them out";
  if (diversity.groups > 1) return "--diverse-groups find others: leave one of them out";
  if (rules.prefix > 0) return "they need a prefix that must come: leave out --prefix-bonus";
  return std::nullopt;
}

void TranslatorOptions::check_alternatives() const {
  check_range("--alternatives", alternatives, 0, 100);
  if (alternatives == 0) return;
  if (const auto reason = why_no_alternatives())
    throw std::invalid_argument(fmt::format("--alternatives are translations by the next word; {}", *reason));
}

void TranslatorOptions::validate() const {
  search.validate();
  check_range("--batch-size", batch_size, 0, 1000000);
  check_range("--batch-tokens", batch_tokens, 0, 100000000);
  check_range("--max-source-length", max_source_length, 1, 100000);
  check_range("--no-repeat-ngram", no_repeat_ngram, 0, 1000);
  rules.validate();
  if (glossary) check_terms();
  check_alternatives();
  check_range("--coverage-penalty", coverage_penalty, 0.0, 100.0);
  if (diversity.groups > 1 && search.rules != SearchRules::dragoman)
    throw std::invalid_argument("--diverse-groups need --search-rules dragoman");
  if (!sampling) return;
  sampling->validate();
  if (coverage_penalty > 0)
    throw std::invalid_argument(
        "--coverage-penalty ranks what a search finds; with --temperature translations are drawn");
  if (search.rules != SearchRules::dragoman)
    throw std::invalid_argument("--search-rules are about searches; with --temperature translations are drawn");
  if (search.beam_size != search.n_best)
    throw std::invalid_argument(
        "with --temperature translations are drawn, as many as --n-best says: without --beam-size");
  if (diversity.groups > 1)
    throw std::invalid_argument("--diverse-groups are of beams; with --temperature translations are drawn");
}

}  // namespace dragoman
