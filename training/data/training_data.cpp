#include "training/data/training_data.h"

#include "base/checksum.h"
#include "data/mixture.h"
#include "data/pair_inspector.h"
#include "training/data/text_statistics.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

std::string describe(const PairSummary& summary) {
  return fmt::format("{} ({:08x} {:08x})", summary.pairs, summary.source_checksum, summary.target_checksum);
}

PairSummary summary_of(std::span<const ValidationText> texts) {
  PairSummary summary;
  for (const auto& [languages, text] : texts) {
    summary.pairs += std::ssize(text.source);
    for (const std::string& line : text.source)
      summary.source_checksum = add_line_to_checksum(summary.source_checksum, line);
    for (const std::string& line : text.target)
      summary.target_checksum = add_line_to_checksum(summary.target_checksum, line);
  }
  return summary;
}

std::vector<PairFiles> files_of(std::span<const CorpusOptions> corpora) {
  std::vector<PairFiles> files;
  for (const CorpusOptions& corpus : corpora) files.push_back(corpus.train_files());
  return files;
}

// What ids depend on.
std::string key_of(const TrainingText& text, const Tokenizers& tokenizers, const FilterOptions& filter) {
  std::string key = fmt::format("pairs {}; tokenizers {:08x} {:08x}; lengths {} {}", describe(text.summary),
                                tokenizers.source.checksum(), tokenizers.target.checksum(), filter.max_length,
                                filter.max_length_ratio);
  if (tokenizers.target.order() != TokenOrder::left_to_right)
    key += fmt::format("; target {}", to_string(tokenizers.target.order()));
  if (text.held_out.count > 0) key += fmt::format("; held out {}", text.held_out.count);
  if (text.summary.links_checksum != 0) key += fmt::format("; links {:08x}", text.summary.links_checksum);
  if (text.corpora.size() > 1) key += fmt::format("; corpora {}", fmt::join(text.summary.pairs_of_corpora, " "));
  return key;
}

// Of each corpus, which pairs a sample of at most `limit` has: evenly spaced over all, or in the proportions of a
// mixture as far as a corpus has so many.
std::vector<EvenChoice> sample_of_corpora(const TrainingText& text, double language_temperature, std::int64_t limit) {
  const std::vector<std::int64_t> pairs = text.train_pairs_of_corpora();
  const auto mixture = mixture_of(text.corpora, pairs, language_temperature);
  const std::vector<std::int64_t>& parts = mixture ? *mixture : pairs;
  const std::int64_t size = std::min(limit, std::reduce(pairs.begin(), pairs.end())),
                     all = std::reduce(parts.begin(), parts.end());
  std::vector<EvenChoice> choices;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::int64_t wanted = std::max<std::int64_t>(parts[i] * size / all, 1);
    choices.push_back({std::min(wanted, pairs[i]), pairs[i]});
  }
  return choices;
}

ParallelText sample_pairs(const TrainingText& text, double language_temperature, std::int64_t limit) {
  PairReader reader = text.reader();
  const std::vector<EvenChoice> choices = sample_of_corpora(text, language_temperature, limit);
  std::vector<std::int64_t> seen(choices.size());
  ParallelText sample;
  std::string source, target;
  while (reader.next(source, target)) {
    if (!choices[reader.corpus()].contains(seen[reader.corpus()]++)) continue;
    sample.source.push_back(source);
    sample.target.push_back(target);
  }
  return sample;
}

void add_pairs(std::vector<ValidationText>& texts, const LanguagePair& languages, ParallelText pairs) {
  auto found = std::ranges::find(texts, languages, &ValidationText::languages);
  if (found == texts.end()) found = texts.insert(texts.end(), {languages, {}});
  std::ranges::move(pairs.source, std::back_inserter(found->pairs.source));
  std::ranges::move(pairs.target, std::back_inserter(found->pairs.target));
}

std::vector<ValidationText> read_validation_text(std::span<const CorpusOptions> corpora) {
  std::vector<ValidationText> texts;
  for (const CorpusOptions& corpus : corpora) {
    if (!corpus.validation_files()) continue;
    add_pairs(texts, corpus.languages(),
              corpus.targets_alone()     ? read_parallel({{}, {corpus.valid_target}, {}})
              : corpus.valid_tsv.empty() ? read_parallel({{corpus.valid_source}, {corpus.valid_target}, {}})
                                         : read_parallel({{}, {}, {corpus.valid_tsv}}));
  }
  return texts;
}

// Looks at the pairs of each corpus beside the validation pairs of its languages.
std::vector<PairInspector> inspectors_of(const TrainingText& text) {
  static const ParallelText kNone;
  std::vector<PairInspector> inspectors;
  for (const CorpusOptions& corpus : text.corpora) {
    const auto valid = std::ranges::find(text.valid, corpus.languages(), &ValidationText::languages);
    inspectors.emplace_back(valid == text.valid.end() ? kNone : valid->pairs, corpus.targets_alone());
  }
  return inspectors;
}

// What a notice calls one of several.
std::string name_of(const CorpusOptions& corpus) {
  const LanguagePair languages = corpus.languages();
  if (languages != LanguagePair{}) return name_of(languages);
  return corpus.train_tsv.empty() ? corpus.train_source.front() : corpus.train_tsv.front();
}

// Where there are several, nothing is known of abbreviations.
std::string common_source_language(std::span<const CorpusOptions> corpora) {
  const std::string& first = corpora.front().source_lang;
  return std::ranges::all_of(corpora, [&](const auto& corpus) { return corpus.source_lang == first; }) ? first : "";
}

}  // namespace

std::string TrainingText::fingerprint() const {
  std::string text =
      held_out.count > 0
          ? fmt::format("{} pairs, {} of them held out", describe(summary), held_out.count)
          : fmt::format("{} training and {} validation pairs", describe(summary), describe(summary_of(valid)));
  if (summary.links_checksum != 0) text += fmt::format(", links {:08x}", summary.links_checksum);
  if (corpora.size() == 1 && corpora.front().weight == 1) return text;
  for (std::size_t i = 0; i < corpora.size(); ++i) {
    text +=
        fmt::format("; {} {} by {}", name_of(corpora[i].languages()), summary.pairs_of_corpora[i], corpora[i].weight);
  }
  return text;
}

PairReader TrainingText::reader() const {
  PairReader reader(files_of(corpora));
  reader.leave_out(held_out);
  return reader;
}

std::vector<std::int64_t> TrainingText::train_pairs_of_corpora() const {
  std::vector<std::int64_t> counts;
  std::int64_t begin = 0;
  for (const std::int64_t pairs : summary.pairs_of_corpora) {
    counts.push_back(pairs - held_out.among(begin, begin + pairs));
    begin += pairs;
  }
  return counts;
}

std::size_t TrainingText::valid_pairs() const {
  std::size_t pairs = 0;
  for (const ValidationText& text : valid) pairs += text.pairs.source.size();
  return pairs;
}

TrainingText read_training_text(std::span<const CorpusOptions> corpora, const Notice& notice) {
  TrainingText text;
  text.corpora.assign(corpora.begin(), corpora.end());
  for (const CorpusOptions& corpus : corpora) {
    for (const auto* files : {&corpus.train_source, &corpus.train_target, &corpus.train_tsv, &corpus.guided_alignment})
      std::ranges::for_each(*files, require_readable_again);
  }
  text.valid = read_validation_text(corpora);
  PairReader reader(files_of(corpora), notice);
  std::vector<PairInspector> inspectors = inspectors_of(text);
  TextSampler sampler(common_source_language(corpora));
  for (std::string source, target; reader.next(source, target);) {
    reader.links(source, target);  // are those of this pair, or it throws
    inspectors[reader.corpus()].add(source, target);
    sampler.add(source, target);
  }
  text.summary = reader.summary();
  text.sample = sampler.pairs();
  text.one_sentence_share = sampler.one_sentence_share();
  for (std::size_t i = 0; i < corpora.size(); ++i) {
    for (const std::string& warning : inspectors[i].warnings())
      notice(corpora.size() == 1 ? warning : fmt::format("{}: {}", name_of(corpora[i]), warning));
  }
  return text;
}

std::optional<std::vector<std::int64_t>> mixture_of(std::span<const CorpusOptions> corpora,
                                                    std::span<const std::int64_t> pairs, double language_temperature) {
  std::vector<LanguagePair> directions;
  std::vector<CorpusShare> shares;
  bool weighted = false;
  for (std::size_t i = 0; i < corpora.size(); ++i) {
    const LanguagePair languages = corpora[i].languages();
    const auto found = std::ranges::find(directions, languages);
    shares.push_back({pairs[i], corpora[i].weight, static_cast<std::size_t>(found - directions.begin())});
    if (found == directions.end()) directions.push_back(languages);
    weighted |= corpora[i].weight != 1;
  }
  if (!weighted && (language_temperature == 1 || directions.size() == 1)) return std::nullopt;
  return draws_of_epoch(shares, language_temperature);
}

void hold_out(TrainingText& text, std::int64_t lines) {
  const std::int64_t total = text.summary.pairs;
  if (lines >= total) {
    throw std::invalid_argument(fmt::format(
        "valid-lines is {}, but there are only {} pairs; give fewer, or files to validate on", lines, total));
  }
  PairReader reader(files_of(text.corpora));
  text.held_out = {lines, total};
  std::string source, target;
  for (std::int64_t i = 0; reader.next(source, target); ++i) {
    if (text.held_out.contains(i))
      add_pairs(text.valid, text.corpora[reader.corpus()].languages(), {{source}, {target}});
  }
}

Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, double language_temperature,
                           int threads, const Notice& notice) {
  if (!options.source_tokenizer.empty()) {
    const Tokenizer source = Tokenizer::load(options.source_tokenizer);
    return {source, options.target_tokenizer.empty() ? source : Tokenizer::load(options.target_tokenizer)};
  }
  const bool alone = text.corpora.front().targets_alone();
  const std::int64_t sides = options.joint && !alone ? 2 : 1, limit = options.tokenizer.max_sentences;
  const std::int64_t lines = sides * text.train_pairs();
  notice(fmt::format(
      "learning {} of {} pieces from {}", options.joint || alone ? "a vocabulary" : "two vocabularies",
      options.tokenizer.vocabulary_size,
      lines > limit ? fmt::format("{} of {} lines, evenly spaced", limit, lines) : fmt::format("{} lines", lines)));
  const ParallelText sample = sample_pairs(text, language_temperature, std::max<std::int64_t>(1, limit / sides));
  const std::vector<std::string>* const both[] = {&sample.source, &sample.target};
  if (alone) {
    const Tokenizer own = train_tokenizer(std::span(both + 1, 1), options.tokenizer, threads, notice);
    return {own, own};
  }
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
  notice(corpus->report().describe(filter.needs_source ? "pair" : "line"));
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < text.corpora.size(); begin = corpus->corpus_ends()[i++]) {
    if (corpus->corpus_ends()[i] > begin) continue;
    throw std::runtime_error(
        fmt::format("no training {} {}is left: all are blank, longer than --max-length, or beyond --max-length-ratio",
                    filter.needs_source ? "pair" : "line",
                    text.corpora.size() == 1 ? "" : fmt::format("{} ", name_of(text.corpora[i]))));
  }
  return corpus;
}

}  // namespace dragoman
