#include "model/text_frame.h"

#include "tokenizer/language_code.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

std::vector<std::string> codes_of(const TextTemplate& form) {
  std::vector<std::string> codes;
  for (const Language& language : form.languages) codes.push_back(language.code);
  return codes;
}

// Of a model with one pair of languages.
void require_own(const char* option, const std::optional<std::string>& wanted, const std::optional<std::string>& own) {
  if (!wanted || !own || language_code(*wanted) == *own) return;
  throw std::invalid_argument(fmt::format("--{} is {}, but the model has learned from {}", option, *wanted, *own));
}

// The language of one side: what is asked for, or else what the model was trained on, if that is one of its languages.
class Side {
 public:
  Side(const char* option, std::int32_t place, const std::optional<std::string>& wanted,
       const std::optional<std::string>& own)
      : option_(option), place_(place), wanted_(wanted), own_(own) {}

  // Nothing if the template does without it.
  std::optional<std::int32_t> token(const TextTemplate& form) const {
    if (!form.has(place_)) return std::nullopt;
    const std::vector<std::string> codes = codes_of(form);
    if (wanted_) {
      const auto found = language_named(codes, *wanted_);
      if (!found) {
        throw std::invalid_argument(
            fmt::format("the model does not know --{} {}; it knows {}", option_, *wanted_, fmt::join(codes, " ")));
      }
      return form.languages[*found].token;
    }
    if (form.languages_optional) return std::nullopt;
    const auto found = own_ ? language_named(codes, *own_) : std::nullopt;
    return found ? std::optional(form.languages[*found].token) : std::nullopt;
  }

 private:
  const char* option_;
  std::int32_t place_;
  const std::optional<std::string>&wanted_, &own_;
};

}  // namespace

std::string name_of(const LanguagePair& languages) {
  return fmt::format("{}-{}", languages.source.value_or("?"), languages.target.value_or("?"));
}

TextFrame text_frame(const ModelConfig& config, const LanguagePair& languages) {
  const TextTemplate& form = config.text_template;
  const TrainingFacts& own = config.trained_on;
  if (form.languages.empty()) {
    require_own("source-lang", languages.source, own.source_lang);
    require_own("target-lang", languages.target, own.target_lang);
  }
  const Side source("source-lang", TextTemplate::kSourceLang, languages.source, own.source_lang);
  const Side target("target-lang", TextTemplate::kTargetLang, languages.target, own.target_lang);
  const std::optional<std::int32_t> source_token = source.token(form), target_token = target.token(form);
  if (!form.languages_optional) {
    std::vector<std::string> missing;
    if (form.has(TextTemplate::kSourceLang) && !source_token) missing.push_back("--source-lang CODE");
    if (form.has(TextTemplate::kTargetLang) && !target_token) missing.push_back("--target-lang CODE");
    if (!missing.empty()) {
      throw std::invalid_argument(fmt::format("the model knows several languages; add {}, of {}",
                                              fmt::join(missing, " and "), fmt::join(codes_of(form), " ")));
    }
  }
  const auto filled = [&](const std::vector<std::int32_t>& tokens) {
    std::vector<std::int32_t> ids;
    bool whole = true;
    for (const std::int32_t token : tokens) {
      const auto id = token == TextTemplate::kSourceLang   ? source_token
                      : token == TextTemplate::kTargetLang ? target_token
                      : token == TextTemplate::kEnd        ? config.special_ids.eos
                                                           : std::optional(token);
      if (id) ids.push_back(*id);
      whole &= id.has_value();
    }
    if (!whole) std::erase_if(ids, [&](std::int32_t id) { return id != config.special_ids.eos; });
    return ids;
  };
  TextFrame frame{filled(form.source_before), filled(form.source_behind), filled(form.target_before),
                  config.special_ids.eos,     config.special_ids.pad,     config.special_ids.filler()};
  frame.target_before.insert(frame.target_before.begin(), config.start_token);
  return frame;
}

}  // namespace dragoman
