#include "app/command_line.h"
#include "app/commands.h"
#include "app/log.h"
#include "app/measured_translation.h"
#include "app/output.h"
#include "app/translation_options.h"
#include "base/parallel.h"
#include "data/line_reader.h"
#include "decoding/shortlist.h"
#include "training/lexical_shortlist.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kSummary =
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
  line.add("model,m", options.translation.model, "DIR", "the model directory").required = true;
  line.add("train-source", options.train_source, "FILE", "the corpus to learn from, best the model's own").required =
      true;
  line.add("train-target", options.train_target, "FILE", "its translations, line by line").required = true;
  line.group("Size");
  line.add("per-token", options.lexical.per_token, "N", "translations of each source token, at most");
  line.add("frequent", options.lexical.frequent, "N", "frequent target tokens that every sentence may use");
  line.add("iterations", options.lexical.iterations, "N", "passes over the corpus");
  line.add("max-lines", options.max_lines, "N", "of the corpus, no more than so many from its beginning");
  line.group("Report");
  line.add("source,s", options.source, "FILE", "translate this without and with the shortlist");
  line.add("reference,r", options.reference, "FILE", "and compare their BLEU against this, and their speed");
  line.add("beam-size,b", options.translation.translator.search.beam_size, "N", "hypotheses kept for each sentence");
  line.add("threads", options.translation.translator.threads, "N", "processor cores to use; 0: all");
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
    if (more != target.next(target_line)) {
      throw std::runtime_error(fmt::format("{} ends at line {}, {} does not; each line needs its counterpart",
                                           more ? target.name() : source.name(), pairs.sources.size(),
                                           more ? source.name() : target.name()));
    }
    if (!more) break;
    pairs.sources.push_back(source_line);
    pairs.targets.push_back(target_line);
  }
  if (pairs.sources.empty()) throw std::runtime_error(fmt::format("{}: there is no line in it", source.name()));
  return pairs;
}

Shortlist learn(const ShortlistCommandOptions& options, const ModelConfig& config, const Tokenizers& tokenizers) {
  const Pairs pairs = read_pairs(options);
  const int asked = options.translation.translator.threads, threads = asked == 0 ? available_cores() : asked;
  const auto sources = tokenizers.source.encode(pairs.sources, threads);
  const auto targets = tokenizers.target.encode(pairs.targets, threads);
  return lexical_shortlist(sources, targets, config.source_vocabulary, config.target_vocabulary,
                           {config.special_ids.eos}, tokenizers.joint(), options.lexical);
}

}  // namespace

int shortlist_command(const std::vector<std::string>& arguments) {
  ShortlistCommandOptions options;
  CommandLine line("shortlist", kSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  std::optional<MeasuredTranslation> measured;
  if (!options.source.empty()) measured.emplace(options.source, options.reference);
  Log log(options.quiet);
  const auto [config, tokenizers, weights] = load_weights(options.translation.model);
  const Shortlist shortlist = learn(options, config, tokenizers);
  save_shortlist(options.translation.model, shortlist, tokenizers);
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
