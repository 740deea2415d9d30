#include "tokenizer/glossary.h"

#include "base/checksum.h"
#include "base/utf8.h"
#include "tokenizer/script.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

UChar32 character_at(std::string_view text, std::size_t at) {
  UChar32 c;
  auto place = static_cast<std::int32_t>(at);
  U8_NEXT_OR_FFFD(text.data(), place, static_cast<std::int32_t>(text.size()), c);
  return c;
}

// Korean has blanks, but particles directly behind nouns.
bool is_without_blanks(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  return is_of_script_without_blanks(static_cast<char32_t>(c)) || uscript_getScript(c, &status) == USCRIPT_HANGUL;
}

bool is_of_word(UChar32 c) {
  return u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK;
}

// By ICU's full mapping, which may change the number of characters.
std::string in_capitals(std::string_view text) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToUpper("", 0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                            status);
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU cannot write capitals: {}", u_errorName(status)));
  return result;
}

std::size_t first_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && U8_IS_TRAIL(static_cast<std::uint8_t>(text[length]))) ++length;
  return std::min(length, text.size());
}

std::string with_capital(std::string_view text) {
  const std::size_t length = first_length(text);
  return in_capitals(text.substr(0, length)) + std::string(text.substr(length));
}

bool is_in_capitals(std::string_view text) {
  std::size_t cased = 0;
  for (std::size_t at = 0; at < text.size(); at += first_length(text.substr(at))) {
    const UChar32 c = character_at(text, at);
    if (u_islower(c)) return false;
    cased += u_hasBinaryProperty(c, UCHAR_CASED);
  }
  return cased > 1;
}

bool has_capitals(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += first_length(text.substr(at))) {
    const UChar32 c = character_at(text, at);
    if (u_isupper(c) || u_istitle(c)) return true;
  }
  return false;
}

void add_distinct(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

// One blank for white space between words, none at the ends.
std::string with_plain_blanks(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t space = space_length(text, at); space > 0) {
      if (!result.empty() && result.back() != ' ') result += ' ';
      at += space;
    } else {
      result += text[at++];
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

}  // namespace

bool is_inside_word(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return false;
  std::size_t before = at - 1;
  while (before > 0 && U8_IS_TRAIL(static_cast<std::uint8_t>(text[before]))) --before;
  const UChar32 last = character_at(text, before), next = character_at(text, at);
  return is_of_word(last) && is_of_word(next) && !is_without_blanks(last) && !is_without_blanks(next);
}

bool is_written_without_blanks(std::string_view text) {
  return !text.empty() && is_without_blanks(character_at(text, 0));
}

/// A text as the tree of terms has it: simple case folding, which keeps their number, and one blank for white space.
struct Glossary::Characters {
  std::vector<char32_t> folded;
  std::vector<std::size_t> begins;  // in bytes, and the text's end behind the last

  explicit Characters(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      begins.push_back(at);
      std::size_t space = space_length(text, at);
      folded.push_back(space > 0 ? U' '
                                 : static_cast<char32_t>(u_foldCase(character_at(text, at), U_FOLD_CASE_DEFAULT)));
      at += space > 0 ? space : first_length(text.substr(at));
      for (; space > 0 && at < text.size(); at += space) space = space_length(text, at);
    }
    begins.push_back(text.size());
  }
};

Glossary::Glossary(const std::vector<GlossaryTerm>& terms) {
  for (const GlossaryTerm& given : terms) {
    if (is_blank(given.source)) throw std::invalid_argument("a term of a glossary must not be blank");
    GlossaryTerm term{with_plain_blanks(given.source), {}};
    for (const std::string& target : given.targets) term.targets.push_back(with_plain_blanks(target));
    Node& node = nodes_[node_of(term.source)];
    const auto known = std::ranges::find_if(
        node.terms, [&](std::uint32_t number) { return terms_[number].term.source == term.source; });
    if (known == node.terms.end()) {
      node.terms.push_back(static_cast<std::uint32_t>(terms_.size()));
      const bool capitals = has_capitals(term.source);
      terms_.push_back({std::move(term), capitals});
    } else {
      std::vector<std::string>& targets = terms_[*known].term.targets;
      // A term that stays as it is may be translated, too.
      if (targets.empty() != term.targets.empty()) add_distinct(targets, term.source);
      for (const std::string& target : term.targets) add_distinct(targets, target);
    }
  }
}

std::uint32_t Glossary::checksum() const {
  std::uint32_t checksum = 0;
  for (const auto& [term, has_capitals] : terms_) {
    checksum = crc32_of(term.source + '\n', checksum);
    for (const std::string& target : term.targets) checksum = crc32_of('\t' + target + '\n', checksum);
  }
  return checksum;
}

std::uint32_t Glossary::node_of(std::string_view source) {
  std::uint32_t node = 0;
  for (const char32_t c : Characters(source).folded) {
    auto& next = nodes_[node].next;
    auto place = std::ranges::lower_bound(next, c, {}, &std::pair<char32_t, std::uint32_t>::first);
    if (place == next.end() || place->first != c) {
      place = next.emplace(place, c, static_cast<std::uint32_t>(nodes_.size()));
      node = place->second;
      nodes_.emplace_back();
    } else {
      node = place->second;
    }
  }
  return node;
}

const Glossary::Term* Glossary::written_so(const Node& node, std::string_view text) const {
  const Term* found = nullptr;
  for (const std::uint32_t number : node.terms) {
    const Term& term = terms_[number];
    if (term.term.source == text) return &term;
    if (!term.has_capitals || is_in_capitals(text)) found = &term;
  }
  return found;
}

std::vector<TermMatch> Glossary::matches(std::string_view text) const {
  std::vector<TermMatch> found;
  if (empty()) return found;
  const Characters characters(text);
  for (std::size_t first = 0; first < characters.folded.size();) {
    const Term* longest = nullptr;
    std::size_t end = first;
    const Node* node = &nodes_[0];
    if (is_inside_word(text, characters.begins[first])) node = nullptr;
    for (std::size_t i = first; node && i < characters.folded.size(); ++i) {
      const auto place =
          std::ranges::lower_bound(node->next, characters.folded[i], {}, &std::pair<char32_t, std::uint32_t>::first);
      if (place == node->next.end() || place->first != characters.folded[i]) break;
      node = &nodes_[place->second];
      const std::size_t behind = characters.begins[i + 1];
      if (node->terms.empty() || is_inside_word(text, behind)) continue;
      const std::size_t begin = characters.begins[first];
      if (const Term* const term = written_so(*node, with_plain_blanks(text.substr(begin, behind - begin)))) {
        longest = term;
        end = i + 1;
      }
    }
    if (!longest) {
      ++first;
      continue;
    }
    const TextRange range{characters.begins[first], characters.begins[end]};
    TermMatch& match = found.emplace_back();
    match.range = range;
    match.source = text.substr(range.begin, range.end - range.begin);
    const bool capitals = is_in_capitals(match.source) && !is_in_capitals(longest->term.source);
    for (const std::string& target : longest->term.targets) {
      if (capitals) {
        add_distinct(match.forms, in_capitals(target));
      } else {
        add_distinct(match.forms, target);
        add_distinct(match.forms, with_capital(target));
      }
    }
    if (match.forms.empty()) match.forms.push_back(match.source);
    first = end;
  }
  return found;
}

std::size_t count_forms(std::string_view text, const std::vector<std::string>& forms) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t longest = 0;
    for (const std::string& form : forms) {
      if (form.size() > longest && text.substr(at).starts_with(form) && !is_inside_word(text, at) &&
          !is_inside_word(text, at + form.size()))
        longest = form.size();
    }
    count += longest > 0;
    at += longest > 0 ? longest : first_length(text.substr(at));
  }
  return count;
}

}  // namespace dragoman
