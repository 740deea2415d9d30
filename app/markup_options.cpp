#include "app/markup_options.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

constexpr std::string_view kUsualPlaceholders = "usual";

PlaceholderFinder finder_of(const std::string& regex) {
  try {
    return PlaceholderFinder(regex == kUsualPlaceholders ? PlaceholderFinder::usual() : regex);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("--placeholders: {}", error.what()));
  }
}

std::vector<TextRange> unknown_characters_in(std::string_view text, const Tokenizer& tokenizer) {
  const std::int32_t unknown = tokenizer.special_ids().unk;
  const std::vector<std::int32_t> ids = tokenizer.encode(text);
  if (std::ranges::count(ids, unknown) == 0) return {};
  std::vector<TextRange> found;
  const std::vector<TextRange> ranges = tokenizer.encoded_ranges(text);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != unknown) continue;
    TextRange range = ranges[i];
    while (range.begin < range.end && space_length(text, range.begin) > 0)
      range.begin += space_length(text, range.begin);
    if (!is_blank(text.substr(range.begin, range.end - range.begin))) found.push_back(range);
  }
  return found;
}

}  // namespace

void add_markup_options(CommandLine& line, MarkupOptions& options, bool common) {
  line.choose("markup", options.markup,
              "tags are not translated, but put back by word alignment; paragraphs and the like of html are translated "
              "one by one")
      .common = common;
  line.add("placeholders", options.placeholders, "REGEX",
           "what matches comes out as it is, once each; 'usual': URLs, e-mail addresses, {0}, {name}, %s, __X__, emoji "
           "and symbols")
      .common = common;
  line.choose("unknown", options.unknown,
              "copy: characters that the model does not know come out as they are, and so does a line without letters");
}

ReadyMarkup::ReadyMarkup(const MarkupOptions& options, const Tokenizer& source) : options_(options), source_(source) {
  if (!options_.placeholders.empty()) finder_.emplace(finder_of(options_.placeholders));
}

std::string ReadyMarkup::instructions_of(const std::string& line) const {
  const std::size_t count = source_.count_instructions(line);
  return count == 0 ? std::string() : line.substr(0, source_.encoded_ranges(line)[count - 1].end);
}

MarkupRules ReadyMarkup::rules() const {
  MarkupRules rules{options_.markup, finder_ ? &*finder_ : nullptr};
  if (options_.unknown == UnknownCharacters::copy) {
    rules.copies_symbols = true;
    rules.unknown = [this](std::string_view text) { return unknown_characters_in(text, source_); };
  }
  return rules;
}

}  // namespace dragoman
