#include "app/translate/translate_run.h"

#include "app/block_lines.h"
#include "app/cli/output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/signals.h"
#include "base/counted.h"
#include "base/parallel.h"
#include "base/text_position.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "decoding/engine/translate_stream.h"
#include "metrics/bleu.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCheckpointPeriod{1};

// Of a block whose output may be continued: no more is lost by a kill, and no signal waits longer.
constexpr std::chrono::seconds kBlockTime{5};

// The number of lines, if the input can be read more than once.
std::optional<std::int64_t> count_lines(const std::string& path) {
  if (!can_be_read_again(path)) return std::nullopt;
  LineReader reader(path);
  for (std::string line; reader.next(line);) continue;
  return reader.line_number();
}

// Whether a pass to count them is worth its time: not for what only flows through.
bool needs_line_count(const TranslateOptions& options, const Log& log) {
  return options.shard.count > 1 || !options.references.empty() || log.is_terminal();
}

// Lines of the input: begin + 1, …, end, counted from 1. The end may be unknown.
struct LineRange {
  std::int64_t begin = 0;
  std::optional<std::int64_t> end;
};

LineRange range_of(const Shard& shard, std::optional<std::int64_t> lines) {
  if (!lines) {
    if (shard.count == 1) return {};
    throw std::invalid_argument("--shard needs an --input file that can be read twice, to know how long it is");
  }
  return {*lines * (shard.number - 1) / shard.count, *lines * shard.number / shard.count};
}

// The references, each as long as the input.
class References {
 public:
  explicit References(const std::vector<std::string>& files) : files_(files) {
    for (const std::string& file : files_) streams_.push_back(read_lines(file, Utf8::refuse));
  }

  void check_length(const std::string& input, std::int64_t lines) const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      check_same_length(input, lines, files_[i], std::ssize(streams_[i]));
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
  StreamOptions stream;
  stream.block_lines =
      options.block_lines > 0 ? options.block_lines : block_lines(threads_or_all(options.translation.threads));
  if (range.end) stream.last_line = *range.end;
  return stream;
}

class Run {
 public:
  Run(const TranslateOptions& options, const std::string& options_text, const ReadyTranslator& ready, Log& log)
      : options_(options),
        ready_(ready),
        log_(log),
        references_(options.references),
        lines_(options.input, options.strict ? Utf8::refuse : Utf8::replace, log.notice("dragoman: ")),
        line_count_(needs_line_count(options, log) ? count_lines(options.input) : std::nullopt),
        range_(range_of(options.shard, line_count_)),
        requests_(lines_.name(), options.requests),
        output_(options.output, {identity(options_text, ready.fingerprint), options.restart}),
        bar_(log) {
    if (line_count_) references_.check_length(options.input, *line_count_);
    // A bar on the screen to which the translations go would only break them up.
    shows_bar_ = log.is_terminal() && !(options.output == "-" && ::isatty(STDOUT_FILENO));
  }

  int run() {
    if (output_.partial()) catch_stop_signals();
    continue_earlier_run();
    started_ = Clock::now();
    const std::int64_t count = translate();
    bar_.finish();
    if (stopped_) {
      log_.line(fmt::format("dragoman: stopped behind line {}; the same command goes on from there with {}",
                            first_ + count, output_.partial()->partial().string()));
      return 128 + stop_signal();
    }
    output_.finish();
    log_.line(fmt::format("dragoman: {}, {} in {} ({:.0f} tokens/s)", counted(count, "line"), counted(tokens_, "token"),
                          format_duration(seconds()), rate(tokens_)));
    if (!references_.empty()) report();
    return 0;
  }

 private:
  // Empty if the work cannot be continued later: the input cannot be read again, or nobody could tell from the output
  // what is to be scored.
  std::string identity(const std::string& options_text, const std::string& model) const {
    const bool is_text =
        options_.format == TranslationFormat::plain && !options_.extras.scores && !options_.extras.alignment;
    const TranslationOptions& translation = options_.translation;
    for (const std::string& file : {options_.requests.prefixes, translation.glossary, translation.suppress}) {
      if (!file.empty() && !can_be_read_again(file)) return {};
    }
    if (!can_be_read_again(options_.input) || (!references_.empty() && !is_text)) return {};
    // A shard of a longer input has other lines.
    return fmt::format("{}model: {}\n{}", options_text, model,
                       options_.shard.count > 1 ? fmt::format("lines of the input: {}\n", *line_count_) : "");
  }

  void continue_earlier_run() {
    first_ = range_.begin;
    const PartialFile* file = output_.partial();
    const auto earlier = parse_text_position(file ? file->note() : "");
    if (earlier) first_ = earlier->lines;
    for (std::string line; lines_.line_number() < first_ && lines_.next(line);) count_as_read(line);
    if (!earlier) return;
    if (read_ != *earlier) {
      throw std::runtime_error(
          fmt::format("{}: its first {} lines are not those that {} translates; give the --input that it was begun "
                      "with, or begin anew with --restart",
                      options_.input, first_, file->partial().string()));
    }
    if (!references_.empty()) translations_ = read_lines(file->partial().string(), Utf8::keep);
    log_.line(fmt::format("dragoman: continuing at line {} what an earlier run left in {}", first_ + 1,
                          file->partial().string()));
  }

  std::int64_t translate() {
    StreamOptions stream = stream_options(options_, range_);
    if (output_.partial() && options_.block_lines == 0) stream.block_time = kBlockTime;
    stream.block_done = [this](std::int64_t number) { return end_block(number); };
    const auto sink = [this](std::int64_t number, const std::string& source, const Translation& translation) {
      take(number, source, translation);
    };
    try {
      const std::int64_t count = translate_stream(std::bind_front(&Run::translate_block, this), lines_, sink,
                                                  log_.notice("dragoman: "), stream);
      if (!stopped_ && options_.shard.count == 1) requests_.check_end(lines_.line_number());
      return count;
    } catch (...) {
      keep_blocks();
      throw;
    }
  }

  std::vector<Translation> translate_block(std::span<const std::string> lines, std::int64_t first_line_number,
                                           LineReport& report) {
    std::vector<LineRequest> requests = requests_.read(lines, first_line_number);
    texts_.clear();
    for (const LineRequest& request : requests) texts_.push_back(request.text);
    first_of_block_ = first_line_number;
    return ready_.translate(std::move(requests), report);
  }

  void count_as_read(const std::string& line) {
    read_.add(line);
    read_.add("\n");
  }

  void take(std::int64_t number, const std::string& line, const Translation& translation) {
    in_block_ = true;
    count_as_read(line);
    output_.write(format_translation(options_.format, options_.extras, number,
                                     texts_[static_cast<std::size_t>(number - first_of_block_)], translation,
                                     ready_.translator.target_tokenizer()));
    tokens_ += static_cast<std::int64_t>(translation.outputs.front().tokens.size());
    if (!references_.empty()) translations_.push_back(translation.outputs.front().text);
  }

  // The lines of a block come all at once: what is kept, and what the time left is told by, are whole blocks.
  bool end_block(std::int64_t number) {
    output_.flush();
    in_block_ = false;
    const bool is_end = range_.end && number >= *range_.end;
    stopped_ = output_.partial() && stop_signal() != 0 && !is_end;
    if (const Clock::time_point now = Clock::now(); stopped_ || now - checkpointed_ >= kCheckpointPeriod) {
      output_.checkpoint(to_string(read_));
      checkpointed_ = now;
    }
    if (shows_bar_) show_progress(number);
    return !stopped_;
  }

  // After a failure between two blocks, a line that is refused for one. Another failure adds nothing to that one.
  void keep_blocks() {
    if (in_block_ || read_.lines == first_) return;
    try {
      output_.checkpoint(to_string(read_));
    } catch (const std::exception&) {
    }
  }

  void show_progress(std::int64_t number) {
    const std::int64_t done = number - first_;
    Progress progress;
    progress.position = fmt::format("{} ({:.0f}/s)", counted(number - range_.begin, "line"), rate(done));
    progress.tokens_per_second = rate(tokens_);
    progress.elapsed = seconds();
    if (range_.end) {
      const std::int64_t left = *range_.end - number;
      progress.fraction = static_cast<double>(done) / static_cast<double>(done + left);
      progress.remaining = progress.elapsed * static_cast<double>(left) / static_cast<double>(done);
    }
    bar_.update(progress);
  }

  void report() {
    if (!line_count_) references_.check_length(lines_.name(), lines_.line_number());
    if (translations_.empty()) throw std::runtime_error(fmt::format("{}: there is no line to score", lines_.name()));
    // Asked for by name, so that --quiet does not silence it.
    Log(false).line(references_.report(translations_, range_.begin));
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }
  double rate(std::int64_t count) const { return static_cast<double>(count) / seconds(); }

  const TranslateOptions& options_;
  const ReadyTranslator& ready_;
  Log& log_;
  References references_;
  LineReader lines_;  // opened before anything of the output is touched
  std::optional<std::int64_t> line_count_;
  LineRange range_;
  LineRequests requests_;
  std::vector<std::string> texts_;   // of the block's lines
  std::int64_t first_of_block_ = 0;  // the number of the first
  Output output_;
  ProgressBar bar_;
  bool shows_bar_ = false;
  bool in_block_ = false;   // whether some of a block's lines have been taken, and not all
  bool stopped_ = false;    // by a signal
  std::int64_t first_ = 0;  // the line before the first of this run
  TextPosition read_;       // of the input, from its beginning
  Clock::time_point started_;
  Clock::time_point checkpointed_;  // long ago at first, so that the first block is kept at once
  std::int64_t tokens_ = 0;
  std::vector<std::string> translations_;  // for BLEU
};

}  // namespace

int run_translation(const TranslateOptions& options, const std::string& options_text, const ReadyTranslator& translator,
                    Log& log) {
  return Run(options, options_text, translator, log).run();
}

}  // namespace dragoman
