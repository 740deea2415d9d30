#include "formats/foreign/target_languages.h"

#include "formats/foreign/imported_model.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>

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

void offer_language_pieces(ImportedModel& model) {
  constexpr std::string_view kSpace = "▁", kBegin = "<2", kEnd = ">";
  const Tokenizer& tokenizer = model.tokenizers.source;
  TextTemplate& form = model.config.text_template;
  std::vector<std::string> names;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    std::string name = tokenizer.piece(id);
    if (name.starts_with(kSpace)) name.erase(0, kSpace.size());
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) continue;
    const std::string code = name.substr(kBegin.size(), name.size() - kBegin.size() - kEnd.size());
    std::vector<std::int32_t> before = tokenizer.encode(name);
    if (code.empty() || std::ranges::count(before, id) != 1) continue;
    if (form.languages.empty()) {
      std::ranges::replace(before, id, TextTemplate::kTargetLang);
      form.source_before = std::move(before);
    }
    form.languages.push_back({code, id});
    names.push_back(std::move(name));
  }
  form.languages_optional = !form.languages.empty();
  if (names.empty()) return;
  model.sample = names.front() + " " + model.sample;
  model.notes.push_back(
      fmt::format("a line begins with the language of its translation, one of {}, or --target-lang names it for all",
                  fmt::join(names, " ")));
}

}  // namespace dragoman
