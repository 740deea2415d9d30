#include "formats/foreign/target_languages.h"

#include "formats/foreign/imported_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {

void offer_target_languages(ImportedModel& model, const std::vector<std::string>& tokens, bool one_vocabulary) {
  if (tokens.empty()) return;
  model.sample = tokens.front() + " " + model.sample;
  model.notes.push_back(fmt::format("a line begins with the language of its translation, one of {}{}",
                                    fmt::join(tokens, " "),
                                    one_vocabulary ? ", or --target-lang names it for all" : ""));
  if (!one_vocabulary) return;
  TextTemplate& form = model.config.text_template;
  constexpr std::size_t kMark = 2;  // >>fra<< is the language fra
  for (const std::string& token : tokens) {
    form.languages.push_back(
        {token.substr(kMark, token.size() - 2 * kMark), model.tokenizers.source.encode(token).front()});
  }
  form.source_before = {TextTemplate::kTargetLang};
  form.languages_optional = true;
}

}  // namespace dragoman
