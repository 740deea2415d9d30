#include "data/pair_inspector.h"

#include "base/utf8.h"
#include "data/pair_fingerprint.h"

#include <cmath>
#include <fmt/format.h>

namespace dragoman {
namespace {

// Pairs whose lengths are compared at once, and the least that say something: by chance alone the correlation of so
// many has a standard deviation of 0.03, and 0.1.
constexpr std::int64_t kPart = 1000, kLeastPart = 100;
constexpr double kUnrelated = 0.2, kRelated = 0.5;
// Of the validation pairs, those that may well be in the training text by chance: short ones that everybody says.
constexpr double kChanceShare = 0.02;
constexpr double kAlikeShare = 0.5;
// Training pairs whose words are looked at, and the words that have to speak for a change of sides.
constexpr std::int64_t kPairsOfWords = 10'000, kLeastWords = 20;

template <typename Visit>
void visit_words(std::string_view line, const Visit& visit) {
  constexpr std::string_view kBlanks = " \t";
  for (std::size_t begin = line.find_first_not_of(kBlanks); begin != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    visit(line.substr(begin, end - begin));
    begin = line.find_first_not_of(kBlanks, end);
  }
}

std::unordered_set<std::string_view> words_of(const std::vector<std::string>& lines) {
  std::unordered_set<std::string_view> words;
  for (const std::string& line : lines) visit_words(line, [&](std::string_view word) { words.insert(word); });
  return words;
}

}  // namespace

void Correlation::add(double x, double y) {
  ++count_;
  x_ += x;
  y_ += y;
  xx_ += x * x;
  yy_ += y * y;
  xy_ += x * y;
}

double Correlation::value() const {
  const auto n = static_cast<double>(count_);
  const double of_x = n * xx_ - x_ * x_, of_y = n * yy_ - y_ * y_;
  return of_x > 0 && of_y > 0 ? (n * xy_ - x_ * y_) / std::sqrt(of_x * of_y) : 0;
}

void ShiftFinder::add(std::string_view source, std::string_view target) {
  const auto of_source = static_cast<double>(source.size()), of_target = static_cast<double>(target.size());
  if (pairs_ > part_begin_) {
    target_late_.add(source_before_, of_target);
    source_late_.add(of_source, target_before_);
  }
  same_.add(of_source, of_target);
  source_before_ = of_source;
  target_before_ = of_target;
  ++pairs_;
  if (same_.count() == kPart) close_part();
}

void ShiftFinder::close_part() {
  const double beside = same_.value(), late = target_late_.value(), early = source_late_.value();
  if (!is_found_ && same_.count() >= kLeastPart && beside < kUnrelated && std::max(late, early) > kRelated) {
    is_found_ = true;
    shift_ = {part_begin_ + 1, late > early, beside, std::max(late, early)};
  }
  part_begin_ = pairs_;
  same_ = target_late_ = source_late_ = {};
}

const ShiftFinder::Shift* ShiftFinder::found() {
  close_part();
  return is_found_ ? &shift_ : nullptr;
}

PairInspector::PairInspector(const ParallelText& valid, bool targets_alone)
    : valid_pairs_(valid.source.size()),
      targets_alone_(targets_alone),
      source_words_(words_of(valid.source)),
      target_words_(words_of(valid.target)) {
  for (std::size_t i = 0; i < valid_pairs_; ++i) ++unseen_[fingerprint_of(valid.source[i], valid.target[i])];
  std::erase_if(source_words_, [this](std::string_view word) { return target_words_.erase(word) > 0; });
}

void PairInspector::add(const std::string& source, const std::string& target) {
  ++pairs_;
  shift_.add(source, target);
  if (!source.empty() && !is_blank(source)) {
    ++filled_;
    if (source == target) ++alike_;
  }
  if (valid_pairs_ == 0) return;
  compare_with_validation(source, target);
  if (pairs_ <= kPairsOfWords) compare_words(source, target);
}

void PairInspector::compare_with_validation(const std::string& source, const std::string& target) {
  const auto met = unseen_.find(fingerprint_of(source, target));
  if (met == unseen_.end()) return;
  seen_ += met->second;
  unseen_.erase(met);
}

void PairInspector::compare_words(const std::string& source, const std::string& target) {
  const auto count = [this](const std::string& line, const auto& own, const auto& other) {
    visit_words(line, [&](std::string_view word) {
      straight_ += own.contains(word);
      crossed_ += other.contains(word);
    });
  };
  count(source, source_words_, target_words_);
  count(target, target_words_, source_words_);
}

std::vector<std::string> PairInspector::warnings() {
  std::vector<std::string> lines;
  if (static_cast<double>(seen_) > kChanceShare * static_cast<double>(valid_pairs_)) {
    lines.push_back(fmt::format(
        "warning: {0} of the {1} validation {2} are training {2}, too, so that validation measures what is learnt by "
        "heart; validate on other text, or leave {3} out to hold some of the training text out",
        seen_, valid_pairs_, targets_alone_ ? "lines" : "pairs",
        targets_alone_ ? "--valid-target" : "--valid-source and --valid-target"));
  }
  if (filled_ > 0 && static_cast<double>(alike_) >= kAlikeShare * static_cast<double>(filled_)) {
    lines.push_back(
        fmt::format("warning: source and target are the same text in {} of {} training pairs; is the right file named "
                    "for each side?",
                    alike_, filled_));
  }
  if (crossed_ >= kLeastWords && crossed_ > 2 * straight_) {
    lines.push_back(
        "warning: the source of the validation pairs has the words of the training's target, and the other way round; "
        "exchange the two sides of one of them");
  }
  if (const ShiftFinder::Shift* shift = shift_.found()) {
    lines.push_back(fmt::format(
        "warning: from about pair {} on each source seems to belong to the target line {} it: their lengths go "
        "together (correlation {:.2f}), those in one line do not ({:.2f}); find the line that one side has and the "
        "other lacks",
        shift->pair, shift->target_late ? "behind" : "before", shift->beside_neighbour, shift->beside));
  }
  return lines;
}

}  // namespace dragoman
