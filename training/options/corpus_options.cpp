#include "training/options/corpus_options.h"

#include "base/counted.h"
#include "tokenizer/language_code.h"

#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

void validate_language(std::string_view name, const std::string& code) {
  if (!code.empty() && language_code(code) != code)
    throw std::invalid_argument(fmt::format("{} is '{}', but must be written {}", name, code, language_code(code)));
}

}  // namespace

LanguagePair CorpusOptions::languages() const {
  LanguagePair languages;
  if (!source_lang.empty()) languages.source = source_lang;
  if (!target_lang.empty()) languages.target = target_lang;
  return languages;
}

void CorpusOptions::validate_training() const {
  const bool files = !train_source.empty() || !train_target.empty();
  if (files && !train_tsv.empty()) {
    throw std::invalid_argument("train-tsv and train-source contradict each other; give one of them");
  }
  if (!files && train_tsv.empty()) {
    throw std::invalid_argument("there is nothing to train on; give --train-source and --train-target, or --train-tsv");
  }
  if (files && train_target.empty()) throw std::invalid_argument("--train-source and --train-target need each other");
  if (!targets_alone() && train_source.size() != train_target.size()) {
    throw std::invalid_argument(fmt::format("--train-source names {} and --train-target {}; give as many of each",
                                            counted(std::ssize(train_source), "file"), train_target.size()));
  }
  const std::size_t texts = files ? train_source.size() : train_tsv.size();
  if (!guided_alignment.empty() && !targets_alone() && guided_alignment.size() != texts) {
    throw std::invalid_argument(fmt::format("--guided-alignment names {} and {} {}; give as many of each",
                                            counted(std::ssize(guided_alignment), "file"),
                                            files ? "--train-source" : "--train-tsv", texts));
  }
  validate_language("source-lang", source_lang);
  validate_language("target-lang", target_lang);
  if (!(weight > 0 && std::isfinite(weight)))
    throw std::invalid_argument(fmt::format("weight is {}, but must be above 0", weight));
}

void CorpusOptions::validate_validation() const {
  const bool two = !valid_source.empty() || !valid_target.empty();
  if (two && !valid_tsv.empty())
    throw std::invalid_argument("valid-tsv and valid-source contradict each other; give one of them");
  if (targets_alone()) {
    if (valid_source.empty() && valid_tsv.empty()) return;
    throw std::invalid_argument(
        "--train-source and --train-target need each other; a language model, which is of the target alone, has no "
        "source "
        "to validate on, either");
  }
  if (two && (valid_source.empty() || valid_target.empty())) throw std::invalid_argument(kNothingToValidateOn);
}

}  // namespace dragoman
