#include "training/data/training_data.h"

#include "base/checksum.h"
#include "data/pair_inspector.h"
#include "training/data/text_statistics.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

std::string describe(const PairSummary& summary) {
  return fmt::format("{} ({:08x} {:08x})", summary.pairs, summary.source_checksum, summary.target_checksum);
}

PairSummary summary_of(const ParallelText& text) {
  PairSummary summary;
  summary.pairs = static_cast<std::int64_t>(text.source.size());
  for (const std::string& line : text.source)
    summary.source_checksum = add_line_to_checksum(summary.source_checksum, line);
  for (const std::string& line : text.target)
    summary.target_checksum = add_line_to_checksum(summary.target_checksum, line);
  return summary;
}

// What ids depend on.
std::string key_of(const TrainingText& text, const Tokenizers& tokenizers, const FilterOptions& filter) {
  std::string key = fmt::format("pairs {}; tokenizers {:08x} {:08x}; lengths {} {}", describe(text.summary),
                                tokenizers.source.checksum(), tokenizers.target.checksum(), filter.max_length,
                                filter.max_length_ratio);
  if (text.held_out.count > 0) key += fmt::format("; held out {}", text.held_out.count);
  return key;
}

// At most `limit` of the pairs, evenly spaced.
ParallelText sample_pairs(const TrainingText& text, std::int64_t limit) {
  PairReader reader = text.reader();
  const EvenChoice chosen{std::min(limit, text.train_pairs()), text.train_pairs()};
  ParallelText sample;
  std::string source, target;
  for (std::int64_t i = 0; reader.next(source, target); ++i) {
    if (!chosen.contains(i)) continue;
    sample.source.push_back(source);
    sample.target.push_back(target);
  }
  return sample;
}

ParallelText read_validation_text(const CorpusOptions& corpus) {
  if (!corpus.validation_files()) return {};
  if (!corpus.valid_tsv.empty()) return read_parallel({{}, {}, {corpus.valid_tsv}});
  return read_parallel({{corpus.valid_source}, {corpus.valid_target}, {}});
}

}  // namespace

std::string TrainingText::fingerprint() const {
  if (held_out.count > 0) return fmt::format("{} pairs, {} of them held out", describe(summary), held_out.count);
  return fmt::format("{} training and {} validation pairs", describe(summary), describe(summary_of(valid)));
}

PairReader TrainingText::reader() const {
  PairReader reader(train);
  reader.leave_out(held_out);
  return reader;
}

TrainingText read_training_text(const CorpusOptions& corpus, const Notice& notice) {
  TrainingText text;
  text.train = {corpus.train_source, corpus.train_target, corpus.train_tsv};
  for (const auto* files : {&corpus.train_source, &corpus.train_target, &corpus.train_tsv})
    std::ranges::for_each(*files, require_readable_again);
  text.valid = read_validation_text(corpus);
  PairReader reader(text.train, notice);
  PairInspector inspector(text.valid);
  TextSampler sampler(corpus.source_lang);
  for (std::string source, target; reader.next(source, target);) {
    inspector.add(source, target);
    sampler.add(source, target);
  }
  text.summary = reader.summary();
  text.sample = sampler.pairs();
  text.one_sentence_share = sampler.one_sentence_share();
  for (const std::string& warning : inspector.warnings()) notice(warning);
  return text;
}

void hold_out(TrainingText& text, std::int64_t lines) {
  const std::int64_t total = text.summary.pairs;
  if (lines >= total) {
    throw std::invalid_argument(fmt::format(
        "valid-lines is {}, but there are only {} pairs; give fewer, or files to validate on", lines, total));
  }
  PairReader reader(text.train);
  text.held_out = {lines, total};
  std::string source, target;
  for (std::int64_t i = 0; reader.next(source, target); ++i) {
    if (!text.held_out.contains(i)) continue;
    text.valid.source.push_back(source);
    text.valid.target.push_back(target);
  }
}

Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, int threads,
                           const Notice& notice) {
  if (!options.source_tokenizer.empty()) {
    const Tokenizer source = Tokenizer::load(options.source_tokenizer);
    return {source, options.target_tokenizer.empty() ? source : Tokenizer::load(options.target_tokenizer)};
  }
  const std::int64_t sides = options.joint ? 2 : 1, limit = options.tokenizer.max_sentences;
  const std::int64_t lines = sides * text.train_pairs();
  notice(fmt::format(
      "learning {} of {} pieces from {}", options.joint ? "a vocabulary" : "two vocabularies",
      options.tokenizer.vocabulary_size,
      lines > limit ? fmt::format("{} of {} lines, evenly spaced", limit, lines) : fmt::format("{} lines", lines)));
  const ParallelText sample = sample_pairs(text, std::max<std::int64_t>(1, limit / sides));
  const std::vector<std::string>* const both[] = {&sample.source, &sample.target};
  if (options.joint) {
    const Tokenizer joint = train_tokenizer(both, options.tokenizer, threads, notice);
    return {joint, joint};
  }
  return {train_tokenizer(std::span(both, 1), options.tokenizer, threads, notice),
          train_tokenizer(std::span(both + 1, 1), options.tokenizer, threads, notice)};
}

void warn_of_unknown_text(const TrainingText& text, const Tokenizers& tokenizers, const Notice& notice) {
  constexpr double kMuch = 0.1;
  const auto look_at = [&](const char* side, const std::vector<std::string>& lines, const Tokenizer& tokenizer) {
    const double share = unknown_share(lines, tokenizer);
    if (share < kMuch) return;
    notice(fmt::format(
        "warning: the tokenizer does not know {:.0f} % of the characters of the {} text, as those of another "
        "script: the model cannot learn them; learn one from this text, without --init-from and "
        "--source-tokenizer",
        100 * share, side));
  };
  look_at("source", text.sample.source, tokenizers.source);
  look_at("target", text.sample.target, tokenizers.target);
}

std::unique_ptr<CorpusFile> tokenize_training_text(const std::filesystem::path& file, const TrainingText& text,
                                                   const Tokenizers& tokenizers, const FilterOptions& filter,
                                                   int threads, const Notice& notice) {
  const std::string key = key_of(text, tokenizers, filter);
  std::unique_ptr<CorpusFile> corpus = CorpusFile::open(file, key);
  if (!corpus) {
    if (std::filesystem::exists(file))
      notice(fmt::format("{}: damaged, or of other text or tokenizers; it is made again", file.string()));
    PairReader reader = text.reader();
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
