#include "decoding/engine/search_setup.h"

#include "decoding/engine/standing_constraints.h"
#include "decoding/text/joined_translation.h"

#include <utility>

namespace dragoman {
namespace {

SearchOptions with_facts(SearchOptions search, const ModelEnsemble& models) {
  search.model_max_length = models.longest_translation().value_or(0);
  if (search.rules == SearchRules::huggingface) {
    search.counted_before = static_cast<int>(models.frame().target_before.size()) - 1;
    search.forces_end = models.first().config().decoding.forces_end.value_or(false);
  }
  return search;
}

}  // namespace

SearchSetup::SearchSetup(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : models_(std::move(engines), options.languages, options.ensemble),
      options_(options),
      forbidden_(never_produced(options_.search, models_.first().config())),
      asked_for_(standing_constraints(options_, models_.first().tokenizers().target)) {
  options_.search = with_facts(options_.search, models_);
  options_.validate();
  options_.diversity.validate(options_.search.beam_size);
}

// All that are found come into question.
SearchOptions SearchSetup::options_of_search() const {
  SearchOptions search = options_.search;
  if (options_.coverage_penalty > 0) search.n_best = search.beam_size;
  return search;
}

std::vector<const Constraint*> SearchSetup::constraints() const {
  std::vector<const Constraint*> constraints = {&forbidden_};
  for (const auto& constraint : asked_for_) constraints.push_back(constraint.get());
  return constraints;
}

Translation::Output SearchSetup::to_output(const Hypothesis& hypothesis) const {
  // A vocabulary with pieces for single bytes, or made elsewhere, can spell what would break the output's lines.
  Translation::Output output{on_one_line(models_.first().tokenizers().target.decode(hypothesis.ids)),
                             hypothesis.score,
                             hypothesis.log_prob,
                             {},
                             hypothesis.complete};
  output.preferred = hypothesis.preferred;
  output.tokens.reserve(hypothesis.token_log_probs.size());
  for (const std::int32_t id : hypothesis.ids)
    output.tokens.push_back({id, hypothesis.token_log_probs[output.tokens.size()]});
  if (hypothesis.complete)
    output.tokens.push_back({models_.first().config().special_ids.eos, hypothesis.token_log_probs.back()});
  return output;
}

}  // namespace dragoman
