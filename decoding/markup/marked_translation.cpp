#include "decoding/markup/marked_translation.h"

#include "decoding/alignment/word_alignment.h"
#include "decoding/markup/block_layout.h"
#include "decoding/markup/mark_placer.h"
#include "decoding/markup/mark_tree.h"
#include "decoding/text/best_combinations.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace dragoman {
namespace {

// A block on its way through the model.
struct BlockOnItsWay {
  const MarkedBlock* block;
  std::size_t line;
  bool first;  // of the line
  BlockLayout layout;
  MarkTree tree;
  Translation translation = {};

  BlockOnItsWay(const MarkedBlock& of, std::size_t of_line, bool is_first, bool shows_kept)
      : block(&of), line(of_line), first(is_first), layout(lay_out(of, shows_kept)), tree(make_mark_tree(of, layout)) {}

  bool keeps_all() const {
    return !layout.shows_kept || std::ranges::all_of(translation.outputs, [&](const Translation::Output& output) {
      return find_kept(*block, layout, output.text).has_value();
    });
  }
};

void translate_blocks(std::span<BlockOnItsWay*> blocks, const TextTranslator& translate) {
  if (blocks.empty()) return;
  std::vector<TextOfLine> texts;
  for (const BlockOnItsWay* one : blocks)
    texts.push_back({one->layout.text, one->line, needs_links(one->tree, one->layout), one->first});
  std::vector<Translation> translations = translate(texts);
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i]->translation = std::move(translations[i]);
}

std::vector<BlockOnItsWay> translated_blocks(std::span<const MarkedText> texts, const TextTranslator& translate) {
  std::vector<BlockOnItsWay> blocks;
  for (std::size_t line = 0; line < texts.size(); ++line) {
    for (const MarkedBlock& block : texts[line].blocks()) {
      if (block.translated) blocks.emplace_back(block, line, blocks.empty() || blocks.back().line != line, true);
    }
  }
  std::vector<BlockOnItsWay*> all, again;
  for (BlockOnItsWay& one : blocks) all.push_back(&one);
  translate_blocks(all, translate);
  for (BlockOnItsWay& one : blocks) {
    if (one.keeps_all()) continue;
    one = BlockOnItsWay(*one.block, one.line, one.first, false);
    again.push_back(&one);
  }
  translate_blocks(again, translate);
  return blocks;
}

std::vector<std::vector<std::size_t>> choices(std::span<const BlockOnItsWay> blocks, const JoinRules& join) {
  std::vector<std::vector<double>> scores;
  std::size_t most = 1;
  for (const BlockOnItsWay& one : blocks) {
    std::vector<double>& row = scores.emplace_back();
    for (const Translation::Output& output : one.translation.outputs) row.push_back(output.score);
    most = std::max(most, row.size());
  }
  if (!join.drawn) return best_combinations(scores, join.n_best);
  std::vector<std::vector<std::size_t>> same(std::min(most, join.n_best));
  for (std::size_t n = 0; n < same.size(); ++n) {
    for (const auto& row : scores) same[n].push_back(n % row.size());
  }
  return same;
}

// One choice of an output for each of a line's blocks that are translated.
Translation::Output joined(const MarkedText& text, std::span<const BlockOnItsWay> blocks,
                           std::span<const std::size_t> choice, const JoinRules& join) {
  Translation::Output whole;
  std::vector<std::string> placed;
  int source_words = 0, target_words = 0;
  double scores = 0;
  std::size_t next = 0;
  for (const MarkedBlock& block : text.blocks()) {
    if (!block.translated) {
      placed.push_back(block.bytes());
      continue;
    }
    const BlockOnItsWay& one = blocks[next];
    const Translation::Output& output = one.translation.outputs[choice[next++]];
    placed.push_back(place_marks(block, one.layout, one.tree, output.text, output.links));
    for (const WordLink& link : output.alignment)
      whole.alignment.push_back({link.source + source_words, link.target + target_words});
    source_words += static_cast<int>(words_of(one.layout.text).size());
    target_words += static_cast<int>(words_of(output.text).size());
    whole.tokens.insert(whole.tokens.end(), output.tokens.begin(), output.tokens.end());
    whole.log_prob += output.log_prob;
    whole.preferred += output.preferred;
    whole.coverage += output.coverage;
    whole.complete = whole.complete && output.complete;
    scores += output.score;
  }
  whole.text = text.with_blocks(placed);
  whole.score = scores;
  if (blocks.size() > 1) {
    whole.score = join.scores_are_means ? scores / static_cast<double>(blocks.size())
                                        : (whole.log_prob + whole.preferred) /
                                                  length_penalty(join.search.normalisation, join.search.length_penalty,
                                                                 static_cast<int>(whole.tokens.size())) +
                                              whole.coverage;
  }
  return whole;
}

Translation joined_line(const MarkedText& text, std::span<const BlockOnItsWay> blocks, const JoinRules& join) {
  Translation line;
  for (const auto& choice : choices(blocks, join)) line.outputs.push_back(joined(text, blocks, choice, join));
  if (join.drawn) std::ranges::stable_sort(line.outputs, std::ranges::greater(), &Translation::Output::score);
  for (const BlockOnItsWay& one : blocks) {
    line.unknown_characters += one.translation.unknown_characters;
    line.redone |= one.translation.redone;
    line.terms.insert(line.terms.end(), one.translation.terms.begin(), one.translation.terms.end());
    line.terms_found.insert(line.terms_found.end(), one.translation.terms_found.begin(),
                            one.translation.terms_found.end());
    if (!line.between.empty() && !one.translation.between.empty()) line.between += ' ';
    line.between += one.translation.between;
  }
  return line;
}

}  // namespace

std::vector<Translation> translate_marked(std::span<const std::string> lines, const MarkupRules& rules,
                                          const JoinRules& join, const TextTranslator& translate) {
  std::vector<MarkedText> texts;
  for (const std::string& line : lines) texts.emplace_back(line, rules);
  const std::vector<BlockOnItsWay> blocks = translated_blocks(texts, translate);
  std::vector<Translation> translations;
  std::size_t begin = 0;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    std::size_t end = begin;
    while (end < blocks.size() && blocks[end].line == line) ++end;
    translations.push_back(joined_line(texts[line], std::span(blocks).subspan(begin, end - begin), join));
    begin = end;
  }
  return translations;
}

}  // namespace dragoman
