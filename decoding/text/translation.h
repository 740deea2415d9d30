#pragma once

#include "base/word_links.h"
#include "tokenizer/glossary.h"
#include "tokenizer/text_range.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// A part of a line and one of its translation that stand for each other: of both a unit (units_of()).
struct TextLink {
  TextRange source, target;

  bool operator==(const TextLink&) const = default;
};

/// What became of one line.
struct Translation {
  struct Token {
    std::int32_t id;
    float log_prob;  ///< given the tokens before it; natural logarithm
  };
  struct Output {
    std::string text;                  ///< detokenised
    double score = 0.0;                ///< log_prob, and what is `preferred`, / length penalty, and `coverage`
    double log_prob = 0.0;             ///< sum over the tokens
    std::vector<Token> tokens;         ///< ends of sentences included: one a part if the line was translated in parts
    bool complete = true;              ///< ended by itself, rather than cut at the length limit
    WordLinks alignment = {};          ///< of the line's words and those of `text`, if asked for
    double preferred = 0.0;            ///< what a search's preferences have added to log_prob
    double coverage = 0.0;             ///< what the coverage penalty has added to score
    std::vector<TextLink> links = {};  ///< of the line and `text`, likewise; by the target
    std::vector<std::size_t> parts = {};        ///< for each segment of the line, which of its outputs this is made of
    std::vector<std::size_t> part_tokens = {};  ///< and how many of `tokens` are of it; without, all are of one
  };

  std::vector<Output> outputs;         ///< best first, never empty; one empty text for a blank line
  std::string between = {};            ///< what a first model made of the line for this one, if there are two
  std::vector<TermMatch> terms = {};   ///< of a glossary, that the line has; their ranges are of its sentences
  std::vector<bool> terms_found = {};  ///< of each, whether the first output has it
  bool redone = false;                 ///< by the guard, which found something wrong with it
  std::size_t unknown_characters = 0;  ///< of the source, those that no piece of the vocabulary stands for
};

/// The output's tokens without the end of the sentence.
std::vector<std::int32_t> ids_of(const Translation::Output& output);

}  // namespace dragoman
