#include "app/command_line.h"
#include "app/commands.h"
#include "app/log.h"
#include "app/output.h"
#include "app/progress_bar.h"
#include "app/translation_options.h"
#include "base/parallel.h"
#include "data/line_reader.h"
#include "decoding/nbest_format.h"
#include "decoding/translate_stream.h"
#include "metrics/bleu.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kSummary = R"(Translates text with a model: one line out for each line in, in the same order.

  dragoman translate --model DIR <text.en >text.de
  dragoman translate --model DIR --input test.en --output test.de --reference ref.de)";

enum class Format { plain, nbest, json };

struct TranslateOptions {
  TranslationOptions translation;
  std::string input = "-";
  std::string output = "-";
  std::vector<std::string> references;
  Format format = Format::plain;
  bool scores = false;
  bool strict = false;
  bool quiet = false;
  std::size_t block_lines = 0;  // 0: see stream_options()

  void validate() const {
    translation.translator.validate();
    for (const std::string& file : references) {
      if (file == "-") throw std::invalid_argument("--reference cannot be '-' (stdin); name a file");
    }
  }
};

void add_options(CommandLine& line, TranslateOptions& options) {
  line.group("Files");
  line.add("model,m", options.translation.model, "DIR", "the model directory").required = true;
  line.add("input,i", options.input, "FILE", "text to translate, plain or .gz; '-' is stdin");
  line.add("output,o", options.output, "FILE",
           "where translations go, once all are there; '-' is stdout, line by line");
  line.add("reference,r", options.references, "FILE", "print BLEU against these on stderr at the end");
  line.group("Output");
  line.choose<Format>(
      "format", options.format, {{"plain", Format::plain}, {"nbest", Format::nbest}, {"json", Format::json}},
      "plain: the text; nbest: 'line ||| text ||| features ||| score' as Moses writes it, lines counted from "
      "0; json: an object for each line");
  line.add("n-best", options.translation.translator.search.n_best, "N",
           "translations of each line, at most the beam size; more than one needs --format nbest (then the default) or "
           "json");
  line.add("scores", options.scores, "plain: add a tab and the score to each line");
  line.add("strict", options.strict, "refuse input that is not valid UTF-8 instead of replacing what is wrong in it");
  line.add("quiet,q", options.quiet, "no warnings, no progress, nothing on stderr but errors");
  line.add("block-lines", options.block_lines, "N",
           "lines read before they are translated together; 0: as many as keep the processor busy, or 1 on a terminal");
  add_translation_options(line, options.translation);
}

// --n-best alone means the form that can hold it, scores included.
void choose_format(const CommandLine& line, TranslateOptions& options) {
  if (options.scores && options.format != Format::plain)
    throw std::invalid_argument("--scores adds to --format plain; the other formats have the score in any case");
  if (options.translation.translator.search.n_best <= 1 || options.format != Format::plain) return;
  if (line.given("format")) {
    throw std::invalid_argument("--format plain and --n-best contradict each other; use --format nbest or json");
  }
  options.format = Format::nbest;
}

std::string json_line(std::int64_t number, const std::string& source, const Translation& translation) {
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();
  for (const Translation::Output& output : translation.outputs) {
    outputs.push_back({{"text", output.text},
                       {"score", output.score},
                       {"log_prob", output.log_prob},
                       {"tokens", output.tokens},
                       {"complete", output.complete}});
  }
  return nlohmann::ordered_json{{"line", number}, {"source", source}, {"translations", outputs}}.dump() + "\n";
}

std::string format_line(std::int64_t number, const std::string& source, const Translation& translation,
                        const TranslateOptions& options) {
  if (options.format == Format::nbest) return nbest_lines(number - 1, translation);
  if (options.format == Format::json) return json_line(number, source, translation);
  const Translation::Output& best = translation.outputs.front();
  return options.scores ? fmt::format("{}\t{:.6f}\n", best.text, best.score) : best.text + "\n";
}

StreamOptions stream_options(const TranslateOptions& options) {
  // Enough for batches of similar lengths on each core, and few enough for a reader of the output to see it flow.
  constexpr std::size_t kLinesOfACore = 512;
  StreamOptions stream;
  const int threads = options.translation.translator.threads;
  if (options.block_lines > 0) {
    stream.block_lines = options.block_lines;
  } else if (options.input == "-" && ::isatty(STDIN_FILENO)) {
    stream.block_lines = 1;
  } else {
    stream.block_lines = kLinesOfACore * static_cast<std::size_t>(threads > 0 ? threads : available_cores());
  }
  return stream;
}

// The references, each as long as the input if that can be known before the work is done.
class References {
 public:
  explicit References(const TranslateOptions& options) : files_(options.references) {
    for (const std::string& file : files_) streams_.push_back(read_lines(file, Utf8::refuse));
    if (files_.empty() || !std::filesystem::is_regular_file(options.input)) return;
    LineReader reader(options.input);
    std::string line;
    while (reader.next(line)) continue;
    check_length(options.input, static_cast<std::size_t>(reader.line_number()));
  }

  void check_length(const std::string& input, std::size_t lines) const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (streams_[i].size() == lines) continue;
      throw std::runtime_error(fmt::format("{} has {} lines, {} has {}; each line needs its reference", input, lines,
                                           files_[i], streams_[i].size()));
    }
  }

  bool empty() const { return files_.empty(); }

  std::string report(const std::vector<std::string>& translations) const {
    const Bleu bleu;
    return format_text(bleu.report(bleu.corpus_score(translations, streams_), static_cast<int>(streams_.size())));
  }

 private:
  std::vector<std::string> files_;
  std::vector<std::vector<std::string>> streams_;
};

class Run {
 public:
  Run(const TranslateOptions& options, const Translator& translator, Log& log)
      : options_(options),
        translator_(translator),
        log_(log),
        references_(options),
        output_(options.output),
        bar_(log) {
    // A bar on the screen to which the translations go would only break them up.
    shows_bar_ = log.is_terminal() && !(options.output == "-" && ::isatty(STDOUT_FILENO));
  }

  void run() {
    LineReader lines(options_.input, options_.strict ? Utf8::refuse : Utf8::replace, log_.notice("dragoman: "));
    const auto sink = [this](std::int64_t number, const std::string& source, const Translation& translation) {
      take(number, source, translation);
    };
    const std::int64_t count =
        translate_stream(translator_, lines, sink, log_.notice("dragoman: "), stream_options(options_));
    output_.finish();
    bar_.finish();
    log_.line(fmt::format("dragoman: {} lines, {} tokens in {} ({:.0f} tokens/s)", count, tokens_,
                          format_duration(seconds()), rate()));
    if (references_.empty()) return;
    references_.check_length(lines.name(), static_cast<std::size_t>(count));
    if (count == 0) throw std::runtime_error(fmt::format("{}: there is no line to score", lines.name()));
    // Asked for by name, so that --quiet does not silence it.
    Log(false).line(references_.report(translations_));
  }

 private:
  void take(std::int64_t number, const std::string& source, const Translation& translation) {
    output_.write(format_line(number, source, translation, options_));
    if (options_.output == "-") output_.flush();
    tokens_ += translation.outputs.front().tokens;
    if (!references_.empty()) translations_.push_back(translation.outputs.front().text);
    if (!shows_bar_) return;
    Progress progress;
    progress.position = fmt::format("{} lines", number);
    progress.tokens_per_second = rate();
    progress.elapsed = seconds();
    bar_.update(progress);
  }

  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }
  double rate() const { return static_cast<double>(tokens_) / seconds(); }

  const TranslateOptions& options_;
  const Translator& translator_;
  Log& log_;
  const References references_;
  Output output_;
  ProgressBar bar_;
  bool shows_bar_ = false;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::int64_t tokens_ = 0;
  std::vector<std::string> translations_;  // for BLEU
};

}  // namespace

int translate_command(const std::vector<std::string>& arguments) {
  TranslateOptions options;
  CommandLine line("translate", kSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  choose_format(line, options);
  options.validate();
  Log log(options.quiet);
  const Translator translator = make_translator(line, options.translation, log.notice("dragoman: "));
  Run(options, translator, log).run();
  return 0;
}

}  // namespace dragoman
