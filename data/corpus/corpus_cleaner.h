#pragma once

#include "data/corpus/corpus_statistics.h"
#include "data/corpus/held_out_lines.h"
#include "data/corpus/pair_rules.h"
#include "data/pair_reader.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// A score for each pair, the higher the better, from a file of them, line by line: the first column, as
/// `dragoman score` writes it.
struct PairScores {
  std::string file;  ///< empty: there are none
  double least = 0;  ///< of a pair that is good
};

struct SideTokenizers {
  Tokenizer source, target;
};

struct CorpusCleaning {
  PairRuleOptions rules;
  std::optional<SideTokenizers> tokenizers;  ///< whose pieces are counted; nothing is judged by them
  std::vector<std::string> held_out;         ///< files whose lines no side may have: those of test and validation sets
  PairScores scores;
  bool keep_duplicates = false;        ///< which check_near_duplicates does not go with
  bool check_near_duplicates = false;  ///< whether no pair may have the folded_letters() of another on both sides
  int threads = 1;
};

/// What was found by one rule.
struct RuleCount {
  std::int64_t pairs = 0;
  std::vector<std::int64_t> first;  ///< the numbers of some of them, from 1

  bool operator==(const RuleCount&) const = default;
};

struct CleaningReport {
  CorpusStatistics before, after;
  std::map<PairRule, RuleCount> rules;   ///< of pairs that break several, the first; without those that none broke
  std::vector<HeldOutOverlap> held_out;  ///< of each file, with all pairs, whichever rule they break
};

/// Receives each pair, in order, and the rule that it breaks, if there is one.
using PairSink = std::function<void(const std::string& source, const std::string& target, std::optional<PairRule>)>;

/// Judges the pairs of a corpus of any size one after the other: what the rules say of them, and whether they are
/// there a second time. Blocks of lines are in memory, and 16 bytes for each pair that is kept, or 32 where near
/// duplicates are looked for.
///
/// Throws as PairReader does, std::runtime_error for a file of scores that has more or fewer lines, or one that is no
/// number, and std::invalid_argument for options.
CleaningReport clean_corpus(PairReader& pairs, const CorpusCleaning& cleaning, const PairSink& sink);

}  // namespace dragoman
