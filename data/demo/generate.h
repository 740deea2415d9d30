#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

/// The demonstration corpus: English sentences with their German translations, the same on every machine.
namespace dragoman::demo {

struct Pair {
  std::string english, german;
  unsigned held_out = 0;  // bits of HeldOut: 0 in training, never 0 in validation and test
};

struct DemoCorpus {
  std::vector<Pair> train, valid, test;
};

struct DemoCorpusOptions {
  std::uint64_t seed = 1;
  std::size_t train_size = 20000;
  /// Of validation and of test each; half of it new structures, half new word pairs.
  std::size_t held_out_size = 500;
  /// Longest sentence, in words of the longer side.
  std::size_t max_words = 20;
};

/// No English sentence occurs twice in the corpus; every word of validation and test, as written, occurs in training.
/// Throws std::invalid_argument if the grammar cannot fill these sizes.
DemoCorpus generate_demo_corpus(const DemoCorpusOptions& options);

/// The words of a sentence without its punctuation.
std::vector<std::string> words_of(std::string_view sentence);

/// train.en, train.de, valid.en, valid.de, test.en, test.de in `directory`, which is made if missing; each file appears
/// whole.
void write_demo_corpus(const DemoCorpus& corpus, const std::filesystem::path& directory);

}  // namespace dragoman::demo
