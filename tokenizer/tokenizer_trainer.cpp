#include "tokenizer/tokenizer_trainer.h"

#include "base/counted.h"
#include "base/parallel.h"
#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sentencepiece_trainer.h>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace dragoman {
namespace {

constexpr int kSpecialPieces = 4;
constexpr int kBytePieces = 256;

// SentencePiece refuses less.
constexpr double kLeastCoverage = 0.98;

// SentencePiece skips longer "sentences", and its BPE learner aborts the process at 65,536 characters without a space.
// The factor by which normalisation can lengthen a part (18, U+FDFA) keeps parts of this size below both limits.
constexpr std::size_t kPartBytes = 3600;

// SentencePiece splits its sums by thread, so that their rounding, and with it the vocabulary, depends on the number of
// threads.
constexpr int kSentencePieceThreads = 16;

/// The end of the part of `line` that begins at `begin`: behind a space if there is one, else between characters.
std::size_t part_end(std::string_view line, std::size_t begin) {
  if (line.size() - begin <= kPartBytes) return line.size();
  std::size_t end = begin + kPartBytes;
  const std::size_t space = line.rfind(' ', end - 1);
  if (space != std::string_view::npos && space > begin) return space + 1;
  while (end > begin + 1 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return end;
}

/// The lines of several texts as one sequence, in parts of at most kPartBytes.
class PartIterator : public sentencepiece::SentenceIterator {
 public:
  explicit PartIterator(std::span<const std::string_view> lines) : lines_(lines) { load(); }

  bool done() const override { return line_ == lines_.size(); }
  const std::string& value() const override { return part_; }
  sentencepiece::util::Status status() const override { return {}; }

  void Next() override {
    begin_ = end_;
    if (begin_ == lines_[line_].size()) {
      ++line_;
      begin_ = 0;
    }
    load();
  }

 private:
  void load() {
    if (done()) return;
    end_ = part_end(lines_[line_], begin_);
    part_ = lines_[line_].substr(begin_, end_ - begin_);
  }

  std::span<const std::string_view> lines_;
  std::size_t line_ = 0, begin_ = 0, end_ = 0;
  std::string part_;
};

/// At most `options.max_sentences` lines with text, evenly spaced over all.
std::vector<std::string_view> choose_lines(std::span<const std::vector<std::string>* const> texts,
                                           const TokenizerOptions& options, int threads, const Notice& notice) {
  std::vector<std::string_view> all;
  for (const auto* text : texts) all.insert(all.end(), text->begin(), text->end());
  std::vector<char> blank(all.size());
  parallel_for(all.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) blank[i] = is_blank(all[i]);
  });
  std::vector<std::string_view> lines;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!blank[i]) lines.push_back(all[i]);
  }
  const auto limit = static_cast<std::size_t>(options.max_sentences);
  if (lines.size() <= limit) return lines;
  if (notice) notice(fmt::format("the tokenizer learns from {} of {} lines, evenly spaced", limit, lines.size()));
  std::vector<std::string_view> sample(limit);
  for (std::size_t i = 0; i < limit; ++i) sample[i] = lines[i * lines.size() / limit];
  return sample;
}

/// The model that SentencePiece learns, or nothing with `error` set.
std::string run_sentencepiece(std::span<const std::string_view> lines, const TokenizerOptions& options,
                              const std::string& model_type, int vocabulary_size, std::string& error) {
  const SpecialIds ids;
  const std::unordered_map<std::string, std::string> arguments{
      {"model_type", model_type},
      {"vocab_size", std::to_string(vocabulary_size)},
      {"hard_vocab_limit", "false"},
      {"character_coverage", fmt::format("{}", options.character_coverage)},
      {"byte_fallback", options.byte_fallback ? "true" : "false"},
      {"normalization_rule_name", "nmt_nfkc"},
      {"pad_id", std::to_string(ids.pad)},
      {"bos_id", std::to_string(ids.bos)},
      {"eos_id", std::to_string(ids.eos)},
      {"unk_id", std::to_string(ids.unk)},
      {"max_sentence_length", std::to_string(kPartBytes)},
      {"input_sentence_size", "0"},
      {"shuffle_input_sentence", "false"},
      {"num_threads", std::to_string(kSentencePieceThreads)},
      {"control_symbols", fmt::format("{}", fmt::join(options.control_pieces, ","))},
      {"minloglevel", "3"},
  };
  PartIterator iterator(lines);
  std::string model;
  const auto status = sentencepiece::SentencePieceTrainer::Train(arguments, &iterator, &model);
  error = status.ok() ? "" : status.ToString();
  return status.ok() ? model : std::string();
}

/// Pieces that any model of `lines` needs: the special ones, the bytes, and one a character.
int smallest_vocabulary(std::span<const std::string_view> lines, const TokenizerOptions& options) {
  constexpr int kAllOfUnicode = 0x110000 + kSpecialPieces + kBytePieces;
  std::string error;
  const std::string model = run_sentencepiece(lines, options, "char", kAllOfUnicode, error);
  return model.empty() ? 0 : Tokenizer::from_bytes(model, "characters").vocabulary_size();
}

}  // namespace

void TokenizerOptions::validate() const {
  const int least = kSpecialPieces + 4 + (byte_fallback ? kBytePieces : 0) + static_cast<int>(control_pieces.size());
  if (vocabulary_size < least) {
    throw std::invalid_argument(fmt::format("the vocabulary size must be at least {}{}, not {}", least,
                                            byte_fallback ? " with byte fallback" : "", vocabulary_size));
  }
  if (!(character_coverage >= kLeastCoverage && character_coverage <= 1)) {
    throw std::invalid_argument(
        fmt::format("the character coverage must be from {} to 1, the range of SentencePiece, not {}", kLeastCoverage,
                    character_coverage));
  }
  if (max_sentences < 1) {
    throw std::invalid_argument(fmt::format("the tokenizer must learn from at least 1 line, not {}", max_sentences));
  }
}

Tokenizer train_tokenizer(std::span<const std::vector<std::string>* const> texts, const TokenizerOptions& options,
                          int threads, const Notice& notice) {
  options.validate();
  const std::vector<std::string_view> lines = choose_lines(texts, options, threads, notice);
  if (lines.empty()) {
    std::size_t count = 0;
    for (const auto* text : texts) count += text->size();
    throw std::runtime_error(
        fmt::format("the tokenizer has no text to learn from: of the {} that it looks at none has any",
                    counted(static_cast<std::int64_t>(count), "line")));
  }

  const bool bpe = options.algorithm == TokenizerOptions::Algorithm::bpe;
  std::string error;
  std::string model = run_sentencepiece(lines, options, bpe ? "bpe" : "unigram", options.vocabulary_size, error);
  if (model.empty()) {
    const int needed = smallest_vocabulary(lines, options);
    if (needed > options.vocabulary_size) {
      throw std::invalid_argument(fmt::format(
          "a vocabulary of {} is too small for the characters of the text; choose at least {}, or lower the "
          "character coverage ({})",
          options.vocabulary_size, needed, options.character_coverage));
    }
    throw std::runtime_error(fmt::format("SentencePiece cannot learn a tokenizer: {}", error));
  }
  Tokenizer tokenizer = Tokenizer::from_bytes(std::move(model), "the learned tokenizer");
  if (tokenizer.vocabulary_size() < options.vocabulary_size && notice) {
    notice(fmt::format("the text is too small for a vocabulary of {}; its tokenizer has {} pieces",
                       options.vocabulary_size, tokenizer.vocabulary_size()));
  }
  return tokenizer;
}

}  // namespace dragoman
