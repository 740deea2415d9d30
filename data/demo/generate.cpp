#include "data/demo/generate.h"

#include "base/atomic_file.h"
#include "data/demo/composer.h"
#include "data/demo/held_out.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace dragoman::demo {
namespace {

constexpr std::array kClasses = {kSeparableAfterFront, kNegatedRelative, kSeparableAfterSubordinate, kPassiveQuestion,
                                 kGenitiveInPhrase};

std::optional<Pair> draw(std::uint64_t seed, std::uint64_t item) {
  Dice dice(seed, item);
  Composer composer(dice);
  try {
    const Sentence sentence = composer.compose();
    return Pair{realise_english(sentence), realise_german(sentence), held_out_in(sentence)};
  } catch (const DeadEnd&) {
    return std::nullopt;
  }
}

bool has_fitting_length(const Pair& pair, std::size_t max_words) {
  const auto [shorter, longer] = std::minmax({words_of(pair.english).size(), words_of(pair.german).size()});
  return shorter >= 2 && longer <= max_words;
}

/// The words that training shows, each language for itself.
class Vocabulary {
 public:
  explicit Vocabulary(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
      for (std::string& word : words_of(pair.english)) english_.insert(std::move(word));
      for (std::string& word : words_of(pair.german)) german_.insert(std::move(word));
    }
  }

  bool covers(const Pair& pair) const { return covers(english_, pair.english) && covers(german_, pair.german); }

 private:
  using Set = std::unordered_set<std::string>;
  static bool covers(const Set& set, std::string_view sentence) {
    const std::vector<std::string> words = words_of(sentence);
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return set.contains(word); });
  }
  Set english_, german_;
};

/// Divides held-out pairs among validation and test: the structures in equal shares, the other half new word pairs.
class HeldOutSplit {
 public:
  HeldOutSplit(DemoCorpus& corpus, std::size_t size) : corpus_(corpus) {
    left_.fill(size / (2 * kClasses.size()));
    left_.back() = size - left_.front() * kClasses.size();
    for (std::size_t& left : left_) left *= 2;
  }

  bool is_full() const {
    return std::all_of(left_.begin(), left_.end(), [](std::size_t left) { return left == 0; });
  }

  void take(Pair pair) {
    std::size_t kind = 0;
    while (kind < kClasses.size() && !(pair.held_out & kClasses[kind])) ++kind;
    if (left_[kind] == 0) return;
    // Within a class the two sets take turns.
    std::vector<Pair>& set = left_[kind]-- % 2 == 0 ? corpus_.valid : corpus_.test;
    set.push_back(std::move(pair));
  }

 private:
  DemoCorpus& corpus_;
  std::array<std::size_t, kClasses.size() + 1> left_{};  // still wanted of each class; the last: word pairs
};

void shuffle(std::vector<Pair>& pairs, std::uint64_t seed, std::uint64_t item) {
  CounterRandom(seed, RandomPurpose::shuffle, item).shuffle(pairs);
}

}  // namespace

std::vector<std::string> words_of(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : sentence) {
    if (std::string_view(" ,.?!").find(letter) == std::string_view::npos) {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

DemoCorpus generate_demo_corpus(const DemoCorpusOptions& options) {
  DemoCorpus corpus;
  std::unordered_set<std::string> seen;
  std::vector<Pair> waiting;  // held out, until training and with it the vocabulary is complete
  std::optional<Vocabulary> vocabulary;
  HeldOutSplit split(corpus, options.held_out_size);
  const std::uint64_t last_item = 20 * (options.train_size + 2 * options.held_out_size) + 5000;
  for (std::uint64_t item = 0; corpus.train.size() < options.train_size || !split.is_full(); ++item) {
    if (item == last_item) {
      throw std::invalid_argument(
          fmt::format("the demonstration grammar has no {} different sentences with {} held out; ask for fewer",
                      options.train_size, 2 * options.held_out_size));
    }
    std::optional<Pair> pair = draw(options.seed, item);
    if (!pair || !has_fitting_length(*pair, options.max_words)) continue;
    if (!seen.insert(pair->english).second) continue;
    if (pair->held_out == 0) {
      if (corpus.train.size() < options.train_size) corpus.train.push_back(*std::move(pair));
    } else {
      waiting.push_back(*std::move(pair));
    }
    if (corpus.train.size() < options.train_size) continue;
    if (!vocabulary) vocabulary.emplace(corpus.train);
    for (Pair& candidate : waiting) {
      if (vocabulary->covers(candidate)) split.take(std::move(candidate));
    }
    waiting.clear();
  }
  shuffle(corpus.valid, options.seed, 0);
  shuffle(corpus.test, options.seed, 1);
  return corpus;
}

void write_demo_corpus(const DemoCorpus& corpus, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const std::pair<std::string_view, const std::vector<Pair>*> kSets[] = {
      {"train", &corpus.train}, {"valid", &corpus.valid}, {"test", &corpus.test}};
  for (const auto& [name, pairs] : kSets) {
    std::string english, german;
    for (const Pair& pair : *pairs) {
      english += pair.english + '\n';
      german += pair.german + '\n';
    }
    write_file_atomically(directory / fmt::format("{}.en", name), english);
    write_file_atomically(directory / fmt::format("{}.de", name), german);
  }
}

}  // namespace dragoman::demo
