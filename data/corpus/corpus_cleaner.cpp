#include "data/corpus/corpus_cleaner.h"

#include "base/fingerprint_set.h"
#include "base/parallel.h"
#include "data/corpus/bare_text.h"
#include "data/line_reader.h"
#include "data/pair_fingerprint.h"
#include "tokenizer/folded_letters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

constexpr std::size_t kPairsOfAThread = 4096;
constexpr std::size_t kBytesOfABlock = 64 << 20;
constexpr std::size_t kExamples = 3;

struct SideInHand {
  std::string text;
  LineFacts facts;
  std::optional<PieceCounts> pieces;
  std::uint64_t fingerprint = 0;       // without the white space at its edges
  std::uint64_t near_fingerprint = 0;  // of its letters, or of all where there are none

  void look_at(const Tokenizer* tokenizer) {
    facts = line_facts(text);
    if (tokenizer) pieces = count_pieces(*tokenizer, text);
    fingerprint = fingerprint_of(bare_text(text));
  }

  void look_at_letters() {
    const std::string letters = folded_letters(text);
    near_fingerprint = letters.empty() ? fingerprint : fingerprint_of(letters);
  }

  void add_to(SideStatistics& statistics) const {
    statistics.add(facts);
    if (pieces) statistics.add(*pieces);
  }
};

struct PairInHand {
  SideInHand source, target;
  std::optional<double> score;
  std::optional<PairRule> broken;

  void add_to(CorpusStatistics& statistics) const {
    source.add_to(statistics.source);
    target.add_to(statistics.target);
  }
};

// The scores, one behind the other.
class ScoreReader {
 public:
  explicit ScoreReader(const PairScores& scores) {
    if (!scores.file.empty()) lines_.emplace(scores.file, Utf8::replace);
  }

  std::optional<double> next(const PairReader& pairs) {
    if (!lines_) return std::nullopt;
    std::string line;
    if (!lines_->next(line)) {
      throw std::runtime_error(fmt::format("{} has {} lines, but there is a pair {}; each needs a score",
                                           lines_->name(), lines_->line_number(), pairs.summary().pairs));
    }
    const std::string_view text = std::string_view(line).substr(0, line.find_first_of("\t "));
    double score = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw std::runtime_error(
          fmt::format("{}:{}: '{}' is no number; write a score in the first column, as dragoman "
                      "score does",
                      lines_->name(), lines_->line_number(), text));
    }
    return score;
  }

  void check_end(const PairReader& pairs) {
    std::string line;
    if (!lines_ || !lines_->next(line)) return;
    while (lines_->next(line)) continue;
    throw std::runtime_error(fmt::format("{} has {} lines, but there are {} pairs; each needs one score",
                                         lines_->name(), lines_->line_number(), pairs.summary().pairs));
  }

 private:
  std::optional<LineReader> lines_;
};

class Cleaner {
 public:
  Cleaner(const CorpusCleaning& cleaning, const PairSink& sink)
      : cleaning_(cleaning), sink_(sink), rules_(cleaning.rules), held_out_(cleaning.held_out) {}

  void take(std::vector<PairInHand>& block) {
    parallel_for(block.size(), cleaning_.threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) judge(block[i]);
    });
    for (PairInHand& pair : block) settle(pair);
  }

  CleaningReport report() {
    report_.held_out = held_out_.overlaps();
    return std::move(report_);
  }

 private:
  void judge(PairInHand& pair) const {
    SideInHand &source = pair.source, &target = pair.target;
    source.look_at(cleaning_.tokenizers ? &cleaning_.tokenizers->source : nullptr);
    target.look_at(cleaning_.tokenizers ? &cleaning_.tokenizers->target : nullptr);
    pair.broken = rules_.broken_by(bare_text(source.text), bare_text(target.text), source.facts, target.facts);
    if (pair.broken) return;
    if (pair.score && !(*pair.score >= cleaning_.scores.least)) {
      pair.broken = PairRule::score;
    } else if (held_out_.contains(source.fingerprint) || held_out_.contains(target.fingerprint)) {
      pair.broken = PairRule::held_out;
    } else if (cleaning_.check_near_duplicates) {
      source.look_at_letters();
      target.look_at_letters();
    }
  }

  // Of pairs that are alike the first stays.
  std::optional<PairRule> repeats(const PairInHand& pair) {
    if (cleaning_.keep_duplicates) return std::nullopt;
    const std::uint64_t exact = fingerprint_of_pair(pair.source.fingerprint, pair.target.fingerprint);
    if (cleaning_.check_near_duplicates) {
      const std::uint64_t near = fingerprint_of_pair(pair.source.near_fingerprint, pair.target.near_fingerprint);
      if (!near_kept_.insert(near)) return kept_.contains(exact) ? PairRule::duplicate : PairRule::near_duplicate;
    }
    return kept_.insert(exact) ? std::nullopt : std::optional(PairRule::duplicate);
  }

  // In the order of the corpus.
  void settle(PairInHand& pair) {
    ++number_;
    if (!pair.broken) pair.broken = repeats(pair);
    held_out_.count(pair.source.fingerprint, pair.target.fingerprint);
    pair.add_to(report_.before);
    if (pair.broken) {
      RuleCount& count = report_.rules[*pair.broken];
      if (++count.pairs <= static_cast<std::int64_t>(kExamples)) count.first.push_back(number_);
    } else {
      pair.add_to(report_.after);
    }
    sink_(pair.source.text, pair.target.text, pair.broken);
  }

  const CorpusCleaning& cleaning_;
  const PairSink& sink_;
  PairRules rules_;
  HeldOutLines held_out_;
  FingerprintSet kept_, near_kept_;
  CleaningReport report_;
  std::int64_t number_ = 0;
};

}  // namespace

CleaningReport clean_corpus(PairReader& pairs, const CorpusCleaning& cleaning, const PairSink& sink) {
  Cleaner cleaner(cleaning, sink);
  ScoreReader scores(cleaning.scores);
  const std::size_t most = kPairsOfAThread * static_cast<std::size_t>(std::max(1, cleaning.threads));
  std::vector<PairInHand> block;
  std::size_t bytes = 0;
  for (PairInHand pair; pairs.next(pair.source.text, pair.target.text); pair = {}) {
    pair.score = scores.next(pairs);
    bytes += pair.source.text.size() + pair.target.text.size();
    block.push_back(std::move(pair));
    if (block.size() < most && bytes < kBytesOfABlock) continue;
    cleaner.take(block);
    block.clear();
    bytes = 0;
  }
  cleaner.take(block);
  scores.check_end(pairs);
  return cleaner.report();
}

}  // namespace dragoman
