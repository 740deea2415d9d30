#include "base/counter_random.h"
#include "base/utf8.h"
#include "decoding/markup/markup_scanner.h"
#include "tests/decoding/markup/copying_translation.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

std::multiset<std::string> markup_of(std::string_view text, Markup markup) {
  std::multiset<std::string> found;
  for (const MarkupToken& token : scan_markup(text, markup)) {
    if (token.kind != MarkupToken::Kind::kText) found.emplace(token.bytes);
  }
  return found;
}

bool is_well_formed(std::string_view text, Markup markup) {
  std::vector<std::string> open;
  for (const MarkupToken& token : scan_markup(text, markup)) {
    if (token.kind == MarkupToken::Kind::kOpen) open.push_back(token.name);
    if (token.kind != MarkupToken::Kind::kClose) continue;
    if (open.empty() || open.back() != token.name) return false;
    open.pop_back();
  }
  return open.empty();
}

// The units in any order, some of them twice or not at all, with links that are right or wrong.
LinkedText shuffled(std::string_view source, CounterRandom& random) {
  LinkedText translation;
  std::vector<TextUnit> units = units_of(source);
  const std::vector<TextUnit> all = units;
  if (random.uniform() < 0.7) random.shuffle(units);
  for (const TextUnit& unit : units) {
    const double chance = random.uniform();
    if (chance < 0.1) continue;
    const TextRange& range = unit.range;
    const auto other = static_cast<std::size_t>(random.uniform() * static_cast<double>(all.size()));
    const TextRange& from = chance < 0.3 ? all[other].range : range;
    translation.add(from, source.substr(range.begin, range.end - range.begin), random.uniform() < 0.8);
    if (chance > 0.9) translation.links.pop_back();
  }
  return translation;
}

}  // namespace

void fuzz_markup(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto how = static_cast<unsigned char>(bytes.front());
  static const PlaceholderFinder finder;
  MarkupRules rules;
  rules.markup = how % 3 == 0 ? Markup::none : how % 3 == 1 ? Markup::html : Markup::xml;
  if (how / 3 % 2 == 1) rules.placeholders = &finder;
  rules.copies_symbols = how / 6 % 2 == 1;
  const std::string text = replace_invalid_utf8(bytes.substr(1));
  try {
    CounterRandom random(how, RandomPurpose::translation, 0);
    const MarkedText marked(text, rules);
    std::vector<std::string> blocks;
    for (const MarkedBlock& block : marked.blocks()) {
      const BlockLayout layout = lay_out(block, how / 12 % 2 == 1);
      const LinkedText translation = shuffled(layout.text, random);
      const bool shown = !layout.shows_kept || find_kept(block, layout, translation.text);
      const BlockLayout used = shown ? layout : lay_out(block, false);
      const MarkTree tree = make_mark_tree(block, used);
      blocks.push_back(place_marks(block, used, tree, translation.text, translation.links));
      for (const MarkedItem& item : block.items) {
        check(item.kind == MarkedItem::Kind::kText || blocks.back().find(item.bytes) != std::string::npos,
              "what is not translated is there");
      }
    }
    const std::string whole = marked.with_blocks(blocks);
    check(markup_of(whole, rules.markup) == markup_of(text, rules.markup), "all markup is there once, and no more");
    if (is_well_formed(text, rules.markup)) check(is_well_formed(whole, rules.markup), "elements stay nested");
  } catch (const std::runtime_error&) {  // of an expression that takes too long
  }
}

}  // namespace dragoman
