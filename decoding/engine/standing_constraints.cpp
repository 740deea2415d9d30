#include "decoding/engine/standing_constraints.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace dragoman {
namespace {

std::vector<std::vector<std::int32_t>> sequences_of(std::span<const std::string> texts, const Tokenizer& tokenizer) {
  std::vector<std::vector<std::int32_t>> sequences;
  for (const std::string& text : texts) {
    if (auto ids = tokenizer.encode(text); !ids.empty()) sequences.push_back(std::move(ids));
  }
  const std::unordered_set<std::string_view> names(texts.begin(), texts.end());
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (tokenizer.is_text(id) && names.contains(tokenizer.piece(id))) sequences.push_back({id});
  }
  return sequences;
}

}  // namespace

std::vector<std::int32_t> never_produced(const SearchOptions& search, const ModelConfig& config) {
  const SpecialIds& special = config.special_ids;
  std::vector<std::int32_t> ids = config.decoding.never_produced.value_or(std::vector<std::int32_t>());
  if (search.rules == SearchRules::huggingface) {
    if (!search.allow_unk) ids.push_back(special.unk);
    return ids;
  }
  for (const std::int32_t id : {special.pad, special.bos}) {
    if (id != SpecialIds::kNone) ids.push_back(id);
  }
  for (const Language& language : config.text_template.languages) ids.push_back(language.token);
  if (!search.allow_unk) ids.push_back(special.unk);
  return ids;
}

std::vector<std::unique_ptr<const Constraint>> standing_constraints(const TranslatorOptions& options,
                                                                    const Tokenizer& tokenizer) {
  std::vector<std::unique_ptr<const Constraint>> constraints;
  if (options.no_repeat_ngram > 0) constraints.push_back(std::make_unique<NoRepeatNgram>(options.no_repeat_ngram));
  if (!options.suppressed.empty())
    constraints.push_back(std::make_unique<ForbiddenSequences>(sequences_of(options.suppressed, tokenizer)));
  return constraints;
}

}  // namespace dragoman
