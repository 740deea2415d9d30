#include "decoding/text/sentence_rules.h"

#include "base/check_range.h"
#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kBlank = "▁";

// Of a prefix, so many tokens at its end may be spelt otherwise.
constexpr std::size_t kMostFree = 8;

VocabularyText text_of(const Tokenizer& tokenizer) {
  std::vector<std::string> surfaces;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id)
    surfaces.push_back(tokenizer.is_text(id) ? tokenizer.surface(id) : "");
  return VocabularyText(std::move(surfaces), tokenizer.order());
}

void add_form(TermForms& forms, std::vector<std::int32_t> form) {
  if (!form.empty() && std::ranges::find(forms, form) == forms.end()) forms.push_back(std::move(form));
}

}  // namespace

void RuleStrength::validate() const {
  check_range("--glossary-bonus", terms, 0.0, 100.0);
  check_range("--prefix-bonus", prefix, 0.0, 100.0);
  check_range("--repetition-penalty", repetition_penalty, 0.01, 100.0);
}

RuleMaker::RuleMaker(Tokenizer target, std::int32_t eos, const RuleStrength& strength)
    : target_(std::move(target)), eos_(eos), strength_(strength) {
  strength_.validate();
}

const VocabularyText& RuleMaker::vocabulary() const {
  std::call_once(once_, [&] { vocabulary_.emplace(text_of(target_)); });
  return *vocabulary_;
}

SentenceRules RuleMaker::rules_for(const SentenceWishes& wishes) const {
  SentenceRules rules;
  if (!wishes.terms.empty()) add_terms(wishes, rules);
  add_prefix(wishes, rules);
  if (strength_.repetition_penalty != 1)
    rules.preferences.push_back(std::make_unique<RepetitionPenalty>(strength_.repetition_penalty));
  std::ranges::sort(rules.ids);
  const auto repeated = std::ranges::unique(rules.ids);
  rules.ids.erase(repeated.begin(), repeated.end());
  return rules;
}

bool RuleMaker::can_spell(const TermMatch& term) const {
  return !spelt(term).empty();
}

void RuleMaker::add_terms(const SentenceWishes& wishes, SentenceRules& rules) const {
  std::vector<TermForms> all;
  for (const TermMatch& term : wishes.terms) {
    TermForms forms = spelt(term);
    if (forms.empty()) continue;
    std::size_t longest = 0;
    for (const auto& form : forms) {
      longest = std::max(longest, form.size());
      rules.ids.insert(rules.ids.end(), form.begin(), form.end());
    }
    rules.tokens += static_cast<int>(longest);
    all.push_back(std::move(forms));
  }
  if (all.empty()) return;
  rules.terms = std::make_unique<const TermSet>(std::move(all), &vocabulary());
  rules.must_have_terms = wishes.terms_must_come;
  if (rules.must_have_terms)
    rules.constraints.push_back(std::make_unique<TermsMustCome>(*rules.terms, eos_, &vocabulary()));
  // Also of terms that must come: without it a longer translation would be better, whose mean they do less harm.
  if (strength_.terms > 0) rules.preferences.push_back(std::make_unique<TermsFavoured>(*rules.terms, strength_.terms));
}

// Behind a word, at the beginning of a translation, and where a script has no blanks, behind a character. In the order
// of the model's tokens.
TermForms RuleMaker::spelt(const TermMatch& term) const {
  TermForms forms;
  for (const std::string& form : term.forms) {
    std::vector<std::pair<std::string, std::string>> contexts{{"a", " "}};
    if (is_written_without_blanks(form)) contexts.emplace_back("。", "");
    for (const auto& [before, between] : contexts) {
      const std::vector<std::int32_t> context = encode_known(before), whole = encode_known(before + between + form);
      if (whole.size() > context.size() && std::ranges::equal(context, std::span(whole).first(context.size())))
        add_form(forms, {whole.begin() + static_cast<std::ptrdiff_t>(context.size()), whole.end()});
    }
    add_form(forms, encode_known(form));
  }
  if (target_.order() == TokenOrder::right_to_left) std::ranges::for_each(forms, std::ranges::reverse);
  return forms;
}

// As it is read. Empty if a part of it is unknown.
std::vector<std::int32_t> RuleMaker::encode_known(const std::string& text) const {
  std::vector<std::int32_t> ids = target_.in_order(TokenOrder::left_to_right).encode(text);
  if (std::ranges::find(ids, target_.special_ids().unk) != ids.end()) ids.clear();
  return ids;
}

void RuleMaker::add_prefix(const SentenceWishes& wishes, SentenceRules& rules) const {
  const std::string prefix = wishes.prefix.value_or("");
  std::vector<std::int32_t> ids = target_.encode(prefix);
  std::erase(ids, target_.special_ids().unk);
  if (ids.empty() && !wishes.asks_next && !wishes.next) return;
  rules.tokens += static_cast<int>(ids.size());
  rules.ids.insert(rules.ids.end(), ids.begin(), ids.end());
  if (strength_.prefix > 0) {
    rules.preferences.push_back(std::make_unique<FavouredPrefix>(std::move(ids), strength_.prefix));
    return;
  }
  // The last word may be a part of one, and a part of a word is seldom spelt as in the whole.
  TextPrefix::Parts parts{ids, "", "", wishes.prefix_is_all || (wishes.next && wishes.next->text.empty())};
  const VocabularyText& text = vocabulary();
  std::size_t first = ids.size();
  while (!parts.is_all && first > 0 && ids.size() - first < kMostFree && !text.of(ids[first - 1]).empty()) {
    --first;
    if (text.of(ids[first]).starts_with(kBlank)) break;
  }
  parts.ids.resize(first);
  for (std::size_t i = first; i < ids.size(); ++i) parts.text += text.of(ids[i]);
  if (wishes.next) {
    rules.ids.insert(rules.ids.end(), wishes.next->ids.begin(), wishes.next->ids.end());
    parts.text += wishes.next->text;
    parts.ends_word = wishes.next->is_whole;
  } else if (!parts.is_all && !prefix.empty() && is_blank(prefix.substr(prefix.size() - 1))) {
    parts.text_or_end = kBlank;
  }
  auto constraint = std::make_unique<TextPrefix>(std::move(parts), eos_, text);
  rules.prefix = constraint.get();
  rules.constraints.push_back(std::move(constraint));
}

}  // namespace dragoman
