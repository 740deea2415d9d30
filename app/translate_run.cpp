#include "app/translate_run.h"

#include "app/output.h"
#include "app/progress_bar.h"
#include "base/parallel.h"
#include "data/line_reader.h"
#include "decoding/translate_stream.h"
#include "metrics/bleu.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCheckpointPeriod{1};

// What one pass over the input finds; nothing if it can be read only once.
struct InputSummary {
  std::int64_t lines = 0;
  std::uint32_t checksum = 0;
};

std::optional<InputSummary> summarise(const std::string& path) {
  if (!can_be_read_again(path)) return std::nullopt;
  InputSummary summary;
  LineReader reader(path);
  for (std::string line; reader.next(line);) {
    line += '\n';
    summary.checksum =
        static_cast<std::uint32_t>(crc32_z(summary.checksum, reinterpret_cast<const Bytef*>(line.data()), line.size()));
  }
  summary.lines = reader.line_number();
  return summary;
}

// Whether the pass is worth its time: not for what only flows through.
bool needs_summary(const TranslateOptions& options, const Log& log) {
  return options.output != "-" || options.shard.count > 1 || !options.references.empty() || log.is_terminal();
}

// Lines of the input: begin + 1, …, end, counted from 1. The end may be unknown.
struct LineRange {
  std::int64_t begin = 0;
  std::optional<std::int64_t> end;
};

LineRange range_of(const Shard& shard, const std::optional<InputSummary>& input) {
  if (!input) {
    if (shard.count == 1) return {};
    throw std::invalid_argument("--shard needs an --input file that can be read twice, to know how long it is");
  }
  return {input->lines * (shard.number - 1) / shard.count, input->lines * shard.number / shard.count};
}

// The references, each as long as the input.
class References {
 public:
  explicit References(const std::vector<std::string>& files) : files_(files) {
    for (const std::string& file : files_) streams_.push_back(read_lines(file, Utf8::refuse));
  }

  void check_length(const std::string& input, std::int64_t lines) const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (static_cast<std::int64_t>(streams_[i].size()) == lines) continue;
      throw std::runtime_error(fmt::format("{} has {} lines, {} has {}; each line needs its reference", input, lines,
                                           files_[i], streams_[i].size()));
    }
  }

  bool empty() const { return files_.empty(); }

  // The BLEU of translations of the lines behind `begin`.
  std::string report(const std::vector<std::string>& translations, std::int64_t begin) {
    for (std::vector<std::string>& stream : streams_) {
      stream.erase(stream.begin(), stream.begin() + begin);
      stream.resize(translations.size());
    }
    const Bleu bleu;
    return format_text(bleu.report(bleu.corpus_score(translations, streams_), static_cast<int>(streams_.size())));
  }

 private:
  std::vector<std::string> files_;
  std::vector<std::vector<std::string>> streams_;
};

StreamOptions stream_options(const TranslateOptions& options, const LineRange& range) {
  // Enough for batches of similar lengths on each core, and few enough for a reader of the output to see it flow.
  constexpr std::size_t kLinesOfACore = 512;
  const int threads = options.translation.translator.threads;
  StreamOptions stream;
  stream.block_lines = options.block_lines > 0
                           ? options.block_lines
                           : kLinesOfACore * static_cast<std::size_t>(threads > 0 ? threads : available_cores());
  if (range.end) stream.last_line = *range.end;
  return stream;
}

class Run {
 public:
  Run(const TranslateOptions& options, const std::string& options_text, const ReadyTranslator& ready, Log& log)
      : options_(options),
        translator_(ready.translator),
        log_(log),
        references_(options.references),
        input_(needs_summary(options, log) ? summarise(options.input) : std::nullopt),
        range_(range_of(options.shard, input_)),
        output_(options.output, identity(options_text, ready.fingerprint)),
        bar_(log) {
    if (input_) references_.check_length(options.input, input_->lines);
    // A bar on the screen to which the translations go would only break them up.
    shows_bar_ = log.is_terminal() && !(options.output == "-" && ::isatty(STDOUT_FILENO));
  }

  void run() {
    LineReader lines(options_.input, options_.strict ? Utf8::refuse : Utf8::replace, log_.notice("dragoman: "));
    continue_earlier_run();
    skip(lines, first_);
    const auto sink = [this](std::int64_t number, const std::string& source, const Translation& translation) {
      take(number, source, translation);
    };
    started_ = checkpointed_ = Clock::now();
    const std::int64_t count =
        translate_stream(translator_, lines, sink, log_.notice("dragoman: "), stream_options(options_, range_));
    output_.finish();
    bar_.finish();
    log_.line(fmt::format("dragoman: {} lines, {} tokens in {} ({:.0f} tokens/s)", count, tokens_,
                          format_duration(seconds()), rate(tokens_)));
    if (!references_.empty()) report(lines);
  }

 private:
  // Empty if the work cannot be continued later: the input cannot be read again, or nobody could tell from the output
  // what is to be scored.
  std::string identity(const std::string& options_text, const std::string& model) const {
    const bool is_text =
        options_.format == TranslationFormat::plain && !options_.extras.scores && !options_.extras.alignment;
    if (!input_ || (!references_.empty() && !is_text)) return {};
    return fmt::format("model {}\ninput {} lines, checksum {:08x}\nshard {}/{}\n{}", model, input_->lines,
                       input_->checksum, options_.shard.number, options_.shard.count, options_text);
  }

  void continue_earlier_run() {
    first_ = range_.begin;
    const PartialFile* earlier = output_.continued();
    if (!earlier) return;
    first_ += earlier->position();
    if (!references_.empty()) translations_ = read_lines(earlier->partial().string(), Utf8::keep);
    log_.line(fmt::format("dragoman: continuing at line {} what an earlier run left in {}", first_ + 1,
                          earlier->partial().string()));
  }

  static void skip(LineReader& lines, std::int64_t count) {
    std::string line;
    while (lines.line_number() < count && lines.next(line)) continue;
  }

  void take(std::int64_t number, const std::string& source, const Translation& translation) {
    output_.write(format_translation(options_.format, options_.extras, number, source, translation,
                                     translator_.target_tokenizer()));
    if (options_.output == "-") output_.flush();
    tokens_ += static_cast<std::int64_t>(translation.outputs.front().tokens.size());
    if (!references_.empty()) translations_.push_back(translation.outputs.front().text);
    if (const Clock::time_point now = Clock::now(); now - checkpointed_ >= kCheckpointPeriod) {
      output_.checkpoint(number - range_.begin);
      checkpointed_ = now;
    }
    if (shows_bar_) show_progress(number);
  }

  void show_progress(std::int64_t number) {
    const std::int64_t done = number - first_;
    Progress progress;
    progress.position = fmt::format("{} lines ({:.0f}/s)", number - range_.begin, rate(done));
    progress.tokens_per_second = rate(tokens_);
    progress.elapsed = seconds();
    if (range_.end) {
      const std::int64_t left = *range_.end - number;
      progress.fraction = static_cast<double>(done) / static_cast<double>(done + left);
      progress.remaining = progress.elapsed * static_cast<double>(left) / static_cast<double>(done);
    }
    bar_.update(progress);
  }

  void report(const LineReader& lines) {
    if (!input_) references_.check_length(lines.name(), lines.line_number());
    if (translations_.empty()) throw std::runtime_error(fmt::format("{}: there is no line to score", lines.name()));
    // Asked for by name, so that --quiet does not silence it.
    Log(false).line(references_.report(translations_, range_.begin));
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }
  double rate(std::int64_t count) const { return static_cast<double>(count) / seconds(); }

  const TranslateOptions& options_;
  const Translator& translator_;
  Log& log_;
  References references_;
  std::optional<InputSummary> input_;
  LineRange range_;
  Output output_;
  ProgressBar bar_;
  bool shows_bar_ = false;
  std::int64_t first_ = 0;  // the line before the first of this run
  Clock::time_point started_, checkpointed_;
  std::int64_t tokens_ = 0;
  std::vector<std::string> translations_;  // for BLEU
};

}  // namespace

void run_translation(const TranslateOptions& options, const std::string& options_text,
                     const ReadyTranslator& translator, Log& log) {
  Run(options, options_text, translator, log).run();
}

}  // namespace dragoman
