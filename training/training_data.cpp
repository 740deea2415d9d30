#include "training/training_data.h"

#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <zlib.h>

namespace dragoman {
namespace {

std::uint32_t add_to_checksum(std::uint32_t sum, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    // With its terminating zero, so that the same text cut into other lines differs.
    sum = static_cast<std::uint32_t>(crc32_z(sum, reinterpret_cast<const Bytef*>(line.c_str()), line.size() + 1));
  }
  return sum;
}

}  // namespace

std::string TrainingText::fingerprint() const {
  std::uint32_t sum = 0;
  for (const auto* lines : {&train.source, &train.target, &valid.source, &valid.target})
    sum = add_to_checksum(sum, *lines);
  return fmt::format("{} training and {} validation pairs with checksum {:08x}", train.source.size(),
                     valid.source.size(), sum);
}

TrainingText read_training_text(const CorpusOptions& corpus, const Notice& notice) {
  TrainingText text;
  text.train = corpus.train_tsv.empty() ? read_parallel(corpus.train_source, corpus.train_target)
                                        : read_tsv(corpus.train_tsv, notice);
  text.valid = read_parallel(std::span(&corpus.valid_source, 1), std::span(&corpus.valid_target, 1));
  return text;
}

Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, int threads,
                           const Notice& notice) {
  if (!options.source_tokenizer.empty()) {
    const Tokenizer source = Tokenizer::load(options.source_tokenizer);
    return {source, options.target_tokenizer.empty() ? source : Tokenizer::load(options.target_tokenizer)};
  }
  const std::vector<std::string>* const both[] = {&text.train.source, &text.train.target};
  if (options.joint) {
    const Tokenizer joint = train_tokenizer(both, options.tokenizer, threads, notice);
    return {joint, joint};
  }
  return {train_tokenizer(std::span(both, 1), options.tokenizer, threads, notice),
          train_tokenizer(std::span(both + 1, 1), options.tokenizer, threads, notice)};
}

TokenizedCorpus tokenize_training_text(const TrainingText& text, const Tokenizers& tokenizers,
                                       const FilterOptions& filter, int threads, const Notice& notice) {
  FilterReport report;
  TokenizedCorpus corpus = tokenize(text.train, tokenizers.source, tokenizers.target, filter, threads, report);
  notice(report.describe());
  if (corpus.size() == 0) {
    throw std::runtime_error(
        "no training pair is left: all are blank, longer than --max-length, or beyond --max-length-ratio");
  }
  return corpus;
}

}  // namespace dragoman
