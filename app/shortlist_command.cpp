#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/measured_translation.h"
#include "app/model_loading.h"
#include "app/translation_options.h"
#include "base/parallel.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "decoding/engine/shortlist.h"
#include "decoding/scoring/pair_check.h"
#include "model/architecture.h"
#include "training/data/lexical_shortlist.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kShortlistSummary =
    R"(Learns from a parallel corpus which target tokens may translate each source token, and stores that with the model.
`translate --shortlist` then scores these alone, not the whole vocabulary.

  dragoman shortlist --model DIR --train-source train.en --train-target train.de --source val.en --reference val.de)";

struct ShortlistCommandOptions {
  TranslationOptions translation;
  LexicalShortlistOptions lexical;
  std::string train_source, train_target, source, reference;
  int max_lines = 500000;
  bool quiet = false;

  void validate() const {
    translation.translator.validate();
    lexical.validate();
    if (max_lines < 1) throw std::invalid_argument(fmt::format("--max-lines is {}, but must be at least 1", max_lines));
    if (source.empty() != reference.empty()) throw std::invalid_argument("--source and --reference need each other");
  }
};

void add_options(CommandLine& line, ShortlistCommandOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  line.add("train-source", options.train_source, "FILE", "the corpus to learn from, best the model's own").required =
      true;
  line.add("train-target", options.train_target, "FILE", "its translations, line by line").required = true;
  add_language_options(line, options.translation);
  line.group("Size");
  line.add("per-token", options.lexical.per_token, "N", "translations of each source token, at most");
  line.add("frequent", options.lexical.frequent, "N", "frequent target tokens that every sentence may use");
  line.add("iterations", options.lexical.iterations, "N", "passes over the corpus");
  line.add("max-lines", options.max_lines, "N", "of the corpus, no more than so many from its beginning");
  line.add("max-length", options.lexical.max_length, "N", "tokens of a side; longer pairs are not learned from");
  line.group("Report");
  line.add("source,s", options.source, "FILE", "translate this without and with the shortlist");
  line.add("reference,r", options.reference, "FILE", "and compare their BLEU against this, and their speed");
  line.add("beam-size,b", options.translation.translator.search.beam_size, "N", "hypotheses kept for each sentence");
  line.add("threads", options.translation.threads, "N", "processor cores to use; 0: all");
  line.choose("precision", options.translation.precision, "of the matrix products, as for translate");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

struct Pairs {
  std::vector<std::string> sources, targets;
};

Pairs read_pairs(const ShortlistCommandOptions& options) {
  LineReader source(options.train_source, Utf8::replace), target(options.train_target, Utf8::replace);
  Pairs pairs;
  std::string source_line, target_line;
  while (pairs.sources.size() < static_cast<std::size_t>(options.max_lines)) {
    const bool more = source.next(source_line);
    if (more != target.next(target_line)) refuse_different_lengths(source, target);
    if (!more) break;
    pairs.sources.push_back(source_line);
    pairs.targets.push_back(target_line);
  }
  if (pairs.sources.empty()) throw std::runtime_error(fmt::format("{}: there is no line in it", source.name()));
  return pairs;
}

// Pairs from all over the corpus, none of them so long that the model would have no positions for it.
struct Sample {
  Pairs pairs;
  std::vector<std::vector<std::int32_t>> sources, targets;
};

Sample sample_of(const Pairs& pairs, const std::vector<std::vector<std::int32_t>>& sources,
                 const std::vector<std::vector<std::int32_t>>& targets) {
  constexpr std::size_t kPairs = 200, kTokens = 60;
  Sample sample;
  const auto fits = [](const auto& ids) { return !ids.empty() && ids.size() <= kTokens; };
  for (std::size_t i = 0; i < sources.size(); i += std::max<std::size_t>(1, sources.size() / kPairs)) {
    if (!fits(sources[i]) || !fits(targets[i])) continue;
    sample.pairs.sources.push_back(pairs.sources[i]);
    sample.pairs.targets.push_back(pairs.targets[i]);
    sample.sources.push_back(sources[i]);
    sample.targets.push_back(targets[i]);
  }
  return sample;
}

// Whoever has a good shortlist would lose it to one of swapped files.
void check(const Shortlist& shortlist, const Sample& sample, const LoadedModel& loaded,
           const ShortlistCommandOptions& options) {
  constexpr double kFewestCovered = 0.8;
  const auto refuse = [&](const std::string& why) {
    throw std::runtime_error(
        fmt::format("{}, {}: {}; no shortlist was written", options.train_source, options.train_target, why));
  };
  const double covered = shortlist.coverage(sample.sources, sample.targets);
  if (covered < kFewestCovered) {
    refuse(
        fmt::format("the shortlist has {:.0f} % of the tokens of a sample of these targets; give it more "
                    "(--per-token, --frequent)",
                    100 * covered));
  }
  const ForcedScorer scorer(make_engine(loaded, options.translation), options.translation.translator);
  const std::string doubt = doubt_about_pairs(scorer, sample.pairs.sources, sample.pairs.targets);
  if (!doubt.empty()) refuse(doubt);
}

void tell_of_long_pairs(const std::vector<std::vector<std::int32_t>>& sources,
                        const std::vector<std::vector<std::int32_t>>& targets, const ShortlistCommandOptions& options,
                        Log& log) {
  std::size_t left = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) left += options.lexical.takes(sources[i], targets[i]) ? 0 : 1;
  if (left == 0) return;
  const std::string which = fmt::format("more than {} tokens on a side", options.lexical.max_length);
  if (left == sources.size()) {
    throw std::runtime_error(fmt::format("{}, {}: every pair has {}; no shortlist was written (--max-length)",
                                         options.train_source, options.train_target, which));
  }
  log.line(fmt::format("dragoman: {} of {} pairs left out, which have {} (--max-length)", left, sources.size(), which));
}

Shortlist learn(const ShortlistCommandOptions& options, const LoadedModel& loaded, Log& log) {
  require_source(loaded.config);
  const auto& [source_tokenizer, target_tokenizer] = loaded.tokenizers;
  const Pairs pairs = read_pairs(options);
  const int threads = threads_or_all(options.translation.threads);
  const auto sources = source_tokenizer.encode(pairs.sources, in_threads(threads));
  const auto targets = target_tokenizer.encode(pairs.targets, in_threads(threads));
  tell_of_long_pairs(sources, targets, options, log);
  Shortlist shortlist =
      lexical_shortlist(sources, targets, loaded.config.source_vocabulary, loaded.config.target_vocabulary,
                        {loaded.config.special_ids.eos}, loaded.tokenizers.joint(), options.lexical);
  check(shortlist, sample_of(pairs, sources, targets), loaded, options);
  return shortlist;
}

}  // namespace

int shortlist_command(const std::vector<std::string>& arguments) {
  ShortlistCommandOptions options;
  CommandLine line("shortlist", kShortlistSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  std::optional<MeasuredTranslation> measured;
  if (!options.source.empty()) measured.emplace(options.source, options.reference);
  Log log(options.quiet);
  const LoadedModel loaded = load_model(options.translation, log.notice("dragoman: "));
  const ModelConfig& config = loaded.config;
  const Shortlist shortlist = learn(options, loaded, log);
  save_shortlist(options.translation.model, shortlist, loaded.tokenizers);
  log.line(fmt::format("dragoman: {} translations of {} source tokens, and {} tokens for every sentence, of {}",
                       shortlist.tokens().size(), config.source_vocabulary, shortlist.always().size(),
                       config.target_vocabulary));
  if (!measured) return 0;
  for (const bool with : {false, true}) {
    options.translation.shortlist = with;
    log.line(fmt::format("{}: {}", with ? "shortlist" : "whole vocabulary",
                         measured->measure(options.translation, log.notice("dragoman: "))));
  }
  return 0;
}

}  // namespace dragoman
