#include "data/corpus/corpus_cleaner.h"

#include "base/parallel.h"
#include "base/utf8.h"
#include "data/pair_fingerprint.h"

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

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && space_length(text, 0) > 0) text.remove_prefix(space_length(text, 0));
  constexpr std::string_view kBlanks = " \t\r";
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

struct PairInHand {
  std::string source, target;
  std::optional<double> score;
  LineFacts source_facts, target_facts;
  std::optional<PairRule> broken;
  std::uint64_t fingerprint = 0;
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
      : cleaning_(cleaning), sink_(sink), rules_(cleaning.rules) {
    for (const std::string& file : cleaning.held_out) {
      LineReader lines(file, Utf8::replace);
      for (std::string line; lines.next(line);) {
        if (!is_blank(line)) held_out_.insert(fingerprint_of(trimmed(line)));
      }
    }
    report_.held_out_lines = static_cast<std::int64_t>(held_out_.size());
  }

  void take(std::vector<PairInHand>& block) {
    parallel_for(block.size(), cleaning_.threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) judge(block[i]);
    });
    for (const PairInHand& pair : block) settle(pair);
  }

  CleaningReport report() { return std::move(report_); }

 private:
  void judge(PairInHand& pair) const {
    pair.source_facts = line_facts(pair.source);
    pair.target_facts = line_facts(pair.target);
    const std::string_view source = trimmed(pair.source), target = trimmed(pair.target);
    pair.fingerprint = fingerprint_of(source, target);
    pair.broken = rules_.broken_by(source, target, pair.source_facts, pair.target_facts);
    if (pair.broken) return;
    if (pair.score && !(*pair.score >= cleaning_.scores.least)) {
      pair.broken = PairRule::score;
    } else if (held_out_.contains(fingerprint_of(source)) || held_out_.contains(fingerprint_of(target))) {
      pair.broken = PairRule::held_out;
    }
  }

  // In the order of the corpus: of pairs that are alike the first stays.
  void settle(const PairInHand& pair) {
    ++number_;
    std::optional<PairRule> broken = pair.broken;
    if (!broken && !cleaning_.keep_duplicates && !kept_.insert(pair.fingerprint)) broken = PairRule::duplicate;
    report_.before.add(pair.source_facts, pair.target_facts);
    if (broken) {
      RuleCount& count = report_.rules[*broken];
      if (++count.pairs <= static_cast<std::int64_t>(kExamples)) count.first.push_back(number_);
    } else {
      report_.after.add(pair.source_facts, pair.target_facts);
    }
    sink_(pair.source, pair.target, broken);
  }

  const CorpusCleaning& cleaning_;
  const PairSink& sink_;
  PairRules rules_;
  FingerprintSet held_out_, kept_;
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
  for (PairInHand pair; pairs.next(pair.source, pair.target); pair = {}) {
    pair.score = scores.next(pairs);
    bytes += pair.source.size() + pair.target.size();
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
