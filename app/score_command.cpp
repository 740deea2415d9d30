#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/model_loading.h"
#include "app/translate/translate_format.h"
#include "app/translation_options.h"
#include "base/check_range.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "decoding/scoring/forced_scorer.h"
#include "model/architecture.h"

#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kScoreSummary =
    R"(Scores given translations with a model: one line out for each pair of lines in, in the same order.

  dragoman score --model DIR --source test.en --target test.de
  dragoman score --model LANGUAGE-MODEL --target test.de)";

// Scored together: so many pairs, or bytes of them.
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kBlockBytes = 4 << 20;

enum class Format { plain, json };

struct ScoreOptions {
  TranslationOptions translation;
  std::string source, target, output = "-";
  int max_length = 1024;
  Format format = Format::plain;
  bool quiet = false;
};

void add_options(CommandLine& line, ScoreOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  line.add("source,s", options.source, "FILE", "plain or .gz; '-' is stdin; none for a language model").common = true;
  line.add("target,t", options.target, "FILE", "the translation of each source line, or text alone").required = true;
  line.add("output,o", options.output, "FILE", "where scores go, once all are there; '-' is stdout, line by line")
      .writes = true;
  add_language_options(line, options.translation);
  line.group("Output");
  line.choose<Format>("format", options.format, {{"plain", Format::plain}, {"json", Format::json}},
                      "plain: the score as `translate --scores` gives it; json: that, and the log-probability of each "
                      "token");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
  add_normalisation_options(line, options.translation);
  line.add("max-length", options.max_length, "N", "a pair with a longer side, in tokens, has no score: nan");
  add_splitting_option(line, options.translation);
  add_speed_options(line, options.translation);
}

// The next pairs of lines. Throws if one file ends before the other.
class PairReader {
 public:
  // source: empty: all sources are blank
  PairReader(const std::string& source, const std::string& target) : target_(target, Utf8::refuse) {
    if (!source.empty()) source_.emplace(source, Utf8::refuse);
  }

  bool next(std::vector<std::string>& sources, std::vector<std::string>& targets) {
    sources.clear();
    targets.clear();
    std::string source, target;
    for (std::size_t bytes = 0; sources.size() < kBlock && bytes < kBlockBytes;
         bytes += source.size() + target.size()) {
      const bool has_target = target_.next(target);
      if (source_ && source_->next(source) != has_target) refuse_different_lengths();
      if (!has_target) break;
      sources.push_back(source);
      targets.push_back(target);
    }
    return !sources.empty();
  }

 private:
  void refuse_different_lengths() {
    for (std::string line; source_->next(line);) continue;
    for (std::string line; target_.next(line);) continue;
    check_same_length(source_->name(), source_->line_number(), target_.name(), target_.line_number());
  }

  std::optional<LineReader> source_;
  LineReader target_;
};

void check_source(const ModelConfig& config, const ScoreOptions& options) {
  if (reads_source(config) && options.source.empty())
    throw std::invalid_argument(
        fmt::format("{} translates: give what it has translated as --source", options.translation.model));
  if (!reads_source(config) && !options.source.empty()) {
    throw std::invalid_argument(
        fmt::format("{} is a language model, which reads no source; leave out --source", options.translation.model));
  }
}

}  // namespace

int score_command(const std::vector<std::string>& arguments) {
  ScoreOptions options;
  CommandLine line("score", kScoreSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  if (options.source == "-" && options.target == "-") throw std::invalid_argument("only one file can be '-' (stdin)");
  settle_batch_limits(line, options.translation);
  check_range("--max-length", options.max_length, 1, 100000);
  Log log(options.quiet);
  PairReader pairs(options.source, options.target);
  LoadedModel loaded = load_model(options.translation, log.notice("dragoman: "));
  check_source(loaded.config, options);
  follow_model(line, loaded.config, options.translation);
  const ForcedScorer scorer(make_engine(std::move(loaded), options.translation), options.translation.translator,
                            options.max_length);
  const Notice notice = log.notice("dragoman: ");
  const std::string& lines = options.source.empty() ? options.target : options.source;
  LineReport report([&](const std::string& text) { notice(fmt::format("{}: {}", lines, text)); });
  Output output(options.output);
  std::int64_t number = 0;
  for (std::vector<std::string> sources, targets; pairs.next(sources, targets);) {
    const auto scored = scorer.score(sources, targets, number + 1, report);
    report.tell();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      output.write(format_score(options.format == Format::json, ++number,
                                options.source.empty() ? nullptr : &sources[i], scored[i], scorer.target_tokenizer()));
    }
    output.flush();
  }
  report.finish();
  output.finish();
  return 0;
}

}  // namespace dragoman
