#include "formats/foreign/language_template.h"

#include "tokenizer/language_code.h"

#include <fmt/format.h>
#include <utility>

namespace dragoman {

void set_language_template(ModelConfig& config, std::vector<Language> languages, bool behind_source,
                           bool begins_target) {
  TextTemplate& form = config.text_template;
  form.languages = std::move(languages);
  form.source_behind = {TextTemplate::kEnd};
  if (behind_source) {
    form.source_behind.push_back(TextTemplate::kSourceLang);
  } else {
    form.source_before = {TextTemplate::kSourceLang};
  }
  if (begins_target) form.target_before = {TextTemplate::kTargetLang};
  config.trained_on.one_sentence_share = 1;
}

LanguagePair some_languages(const TextTemplate& form) {
  std::vector<std::string> codes;
  for (const Language& language : form.languages) codes.push_back(language.code);
  const auto or_else = [&](const char* name, const std::string& other) {
    const auto found = language_named(codes, name);
    return found ? codes[*found] : other;
  };
  return {or_else("en", codes.front()), or_else("de", codes.back())};
}

std::string note_of_languages(const TextTemplate& form) {
  return fmt::format("{} languages, of which --source-lang and --target-lang choose: {} …", form.languages.size(),
                     form.languages.front().code);
}

}  // namespace dragoman
