#include "training/training_data.h"

#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <vector>
#include <zlib.h>

namespace dragoman {
namespace {

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string describe(const PairSummary& summary) {
  return fmt::format("{} ({:08x} {:08x})", summary.pairs, summary.source_checksum, summary.target_checksum);
}

PairSummary summary_of(const ParallelText& text) {
  std::uint32_t sums[2] = {};
  const std::vector<std::string>* const sides[] = {&text.source, &text.target};
  for (const int side : {0, 1}) {
    for (const std::string& line : *sides[side]) sums[side] = add_line_to_checksum(sums[side], line);
  }
  return {static_cast<std::int64_t>(text.source.size()), sums[0], sums[1]};
}

// What ids depend on.
std::string key_of(const TrainingText& text, const Tokenizers& tokenizers, const FilterOptions& filter) {
  return fmt::format("pairs {}; tokenizers {:08x} {:08x}; lengths {} {}", describe(text.summary),
                     checksum(tokenizers.source.bytes()), checksum(tokenizers.target.bytes()), filter.max_length,
                     filter.max_length_ratio);
}

// At most `limit` of the pairs, evenly spaced.
ParallelText sample_pairs(const TrainingText& text, std::int64_t limit) {
  PairReader reader(text.train);
  ParallelText sample;
  std::string source, target;
  for (std::int64_t i = 0; reader.next(source, target); ++i) {
    const std::int64_t total = text.summary.pairs;
    if (total > limit && (i + 1) * limit / total == i * limit / total) continue;
    sample.source.push_back(source);
    sample.target.push_back(target);
  }
  return sample;
}

}  // namespace

std::string TrainingText::fingerprint() const {
  return fmt::format("{} training and {} validation pairs", describe(summary), describe(summary_of(valid)));
}

TrainingText read_training_text(const CorpusOptions& corpus, const Notice& notice) {
  TrainingText text;
  text.train = {corpus.train_source, corpus.train_target, corpus.train_tsv};
  PairReader reader(text.train, notice);
  for (std::string source, target; reader.next(source, target);) {
  }
  text.summary = reader.summary();
  text.valid = read_parallel({{corpus.valid_source}, {corpus.valid_target}, {}});
  return text;
}

Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, int threads,
                           const Notice& notice) {
  if (!options.source_tokenizer.empty()) {
    const Tokenizer source = Tokenizer::load(options.source_tokenizer);
    return {source, options.target_tokenizer.empty() ? source : Tokenizer::load(options.target_tokenizer)};
  }
  const std::int64_t sides = options.joint ? 2 : 1, limit = options.tokenizer.max_sentences;
  if (sides * text.summary.pairs > limit)
    notice(fmt::format("the tokenizer learns from {} of {} lines, evenly spaced", limit, sides * text.summary.pairs));
  const ParallelText sample = sample_pairs(text, limit / sides);
  const std::vector<std::string>* const both[] = {&sample.source, &sample.target};
  if (options.joint) {
    const Tokenizer joint = train_tokenizer(both, options.tokenizer, threads, notice);
    return {joint, joint};
  }
  return {train_tokenizer(std::span(both, 1), options.tokenizer, threads, notice),
          train_tokenizer(std::span(both + 1, 1), options.tokenizer, threads, notice)};
}

std::unique_ptr<CorpusFile> tokenize_training_text(const std::filesystem::path& file, const TrainingText& text,
                                                   const Tokenizers& tokenizers, const FilterOptions& filter,
                                                   int threads, const Notice& notice) {
  const std::string key = key_of(text, tokenizers, filter);
  std::unique_ptr<CorpusFile> corpus = CorpusFile::open(file, key);
  if (!corpus) {
    PairReader reader(text.train);
    PairTokenizer tokenizer(tokenizers.source, tokenizers.target, filter, threads);
    CorpusFile::write(file, key, reader, tokenizer);
    if (reader.summary() != text.summary) {
      std::filesystem::remove(file);
      throw std::runtime_error("the training text has changed while it was read; start again when it is complete");
    }
    corpus = CorpusFile::open(file, key);
    if (!corpus) throw std::runtime_error(fmt::format("{}: cannot be read back", file.string()));
  }
  notice(corpus->report().describe());
  if (corpus->places().empty()) {
    throw std::runtime_error(
        "no training pair is left: all are blank, longer than --max-length, or beyond --max-length-ratio");
  }
  return corpus;
}

}  // namespace dragoman
