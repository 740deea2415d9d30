#include "app/corpus/corpus.h"

#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/corpus/corpus_report.h"
#include "base/parallel.h"
#include "data/corpus/corpus_cleaner.h"
#include "data/pair_reader.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kCorpusSummary =
    R"(Says what is in a parallel corpus and what of it is no good to learn from, and writes the rest.

  dragoman corpus --source train.en --target train.de --source-lang en --target-lang de
  dragoman corpus --tsv web.tsv --held-out test.en test.de --output-source clean.en --output-target clean.de)";

enum class CorpusFormat { text, json };

struct CleaningOptions {
  PairFiles files;
  CorpusCleaning cleaning;
  std::vector<std::string> tokenizers;
  std::string output_source, output_target, rejected;
  std::string report = "-";
  CorpusFormat format = CorpusFormat::text;
  bool quiet = false;

  bool names_model() const {
    const auto is_directory = [](const std::string& path) {
      std::error_code ignored;  // whoever opens it says what is wrong
      return std::filesystem::is_directory(path, ignored);
    };
    return std::ranges::any_of(tokenizers, is_directory);
  }
};

void add_file_options(CommandLine& line, CleaningOptions& options) {
  line.group("Files");
  line.add("source,s", options.files.source, "FILE", "sentences, plain or .gz, one a line").common = true;
  line.add("target,t", options.files.target, "FILE", "their translations, line by line").common = true;
  line.add("tsv", options.files.tsv, "FILE", "instead of both: lines of source, tab, target").common = true;
  line.exclude("tsv", "source");
  line.exclude("tsv", "target");
  line.add(
      "tokenizer", options.tokenizers, "PATH",
      "a model, or the file of a tokenizer, or one for each side: the report has its pieces, and the unknown ones");
  const auto add_output = [&](const char* name, std::string& file, const char* help) {
    Option& option = line.add(name, file, "FILE", help);
    option.writes = option.common = true;
  };
  add_output("output-source", options.output_source, "where the source of what is kept goes; without it nothing does");
  add_output("output-target", options.output_target, "and the target");
  add_output("rejected", options.rejected,
             "where the rest goes: rule, number of the pair, source and target with tabs");
  add_output("report", options.report, "where the report goes; '-' is stdout");
  line.choose<CorpusFormat>("format", options.format, {{"text", CorpusFormat::text}, {"json", CorpusFormat::json}},
                            "of the report")
      .common = true;
  line.add("threads", options.cleaning.threads, "N", "processor cores to use; 0: all");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

void add_rule_options(CommandLine& line, CleaningOptions& options) {
  PairRuleOptions& rules = options.cleaning.rules;
  line.group("Rules (0: none)");
  line.add("source-lang", rules.source_lang, "CODE", "of the source, for --min-script and --check-languages").common =
      true;
  line.add("target-lang", rules.target_lang, "CODE", "of the target, likewise").common = true;
  line.add("max-words", rules.max_words, "N", "no side is longer; characters of scripts without blanks are words");
  line.add("max-word-length", rules.max_word_length, "N", "no word has more characters");
  line.add("max-length-ratio", rules.max_length_ratio, "X",
           "no side has so many times the words of the other, unless they differ by five or fewer");
  line.add("copies", rules.copies, "keep pairs of which both sides are the same text");
  line.add("min-letters", rules.min_letters, "X",
           "share of letters among the characters of each side that are no digits");
  line.add("min-script", rules.min_script, "X", "share of letters that are of a script of the side's language");
  line.add("check-languages", rules.check_languages,
           "leave out what looks as if it were in another language than its side's")
      .common = true;
  line.add("min-numbers", rules.min_numbers, "X", "share of the numbers of both sides that the other side has, too");
  line.add("scores", options.cleaning.scores.file, "FILE", "a score for each pair, as `dragoman score` writes them");
  line.add("min-score", options.cleaning.scores.least, "X", "the least of them that is kept");
  line.add("held-out", options.cleaning.held_out, "FILE",
           "texts of tests and validation: no side may be a line of them")
      .common = true;
  line.add("duplicates", options.cleaning.keep_duplicates, "keep pairs that are there already");
  line.add("check-near-duplicates", options.cleaning.check_near_duplicates,
           "leave out pairs that differ from one that is there in case, digits, punctuation and blanks alone")
      .common = true;
  line.exclude("duplicates", "check-near-duplicates");
}

void check(const CommandLine& line, CleaningOptions& options) {
  if (options.files.tsv.empty() && (options.files.source.empty() || options.files.target.empty()))
    throw std::invalid_argument("name the corpus: --source and --target, or --tsv");
  if (options.output_source.empty() != options.output_target.empty())
    throw std::invalid_argument("--output-source and --output-target belong together; give both or neither");
  for (const std::string& file : {options.output_source, options.output_target, options.rejected})
    refuse_compressed_name(file);
  if (line.asked("min-score") && options.cleaning.scores.file.empty())
    throw std::invalid_argument("--min-score is about --scores; give that, too");
  if (!options.cleaning.scores.file.empty() && !line.given("min-score"))
    throw std::invalid_argument("--scores needs --min-score, the least that is kept");
  if (options.tokenizers.size() > 2 || (options.tokenizers.size() == 2 && options.names_model()))
    throw std::invalid_argument("--tokenizer takes a model, which has those of both sides, or one file or two");
  options.cleaning.threads = threads_or_all(options.cleaning.threads);
}

std::optional<SideTokenizers> read_tokenizers(const CleaningOptions& options, const ModelTokenizers& tokenizers_of) {
  if (options.tokenizers.empty()) return std::nullopt;
  if (options.names_model()) return tokenizers_of(options.tokenizers.front());
  Tokenizer source = Tokenizer::load(options.tokenizers.front());
  Tokenizer target = options.tokenizers.size() == 1 ? source : Tokenizer::load(options.tokenizers.back());
  return SideTokenizers{std::move(source), std::move(target)};
}

// Where pairs go; nothing for an empty path.
class PairOutputs {
 public:
  explicit PairOutputs(const CleaningOptions& options) {
    open(source_, options.output_source);
    open(target_, options.output_target);
    open(rejected_, options.rejected);
  }

  void write(const std::string& source, const std::string& target, std::optional<PairRule> broken) {
    ++number_;
    if (broken && rejected_)
      rejected_->write(fmt::format("{}\t{}\t{}\t{}\n", to_string(*broken), number_, source, target));
    if (broken || !source_) return;
    source_->write(source + "\n");
    target_->write(target + "\n");
  }

  void finish() {
    for (std::optional<Output>* output : {&source_, &target_, &rejected_}) {
      if (*output) (*output)->finish();
    }
  }

 private:
  static void open(std::optional<Output>& output, const std::string& path) {
    if (!path.empty()) output.emplace(path);
  }

  std::optional<Output> source_, target_, rejected_;
  std::int64_t number_ = 0;
};

}  // namespace

std::optional<int> corpus(const std::vector<std::string>& arguments, const ModelTokenizers& tokenizers_of) {
  CleaningOptions options;
  options.cleaning.threads = 0;
  CommandLine line("corpus", kCorpusSummary);
  add_file_options(line, options);
  add_rule_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  check(line, options);
  if (options.names_model() && !tokenizers_of) return std::nullopt;
  options.cleaning.tokenizers = read_tokenizers(options, tokenizers_of);
  Log log(options.quiet);
  PairReader pairs(options.files, log.notice("dragoman: "), Utf8::keep);
  PairOutputs outputs(options);
  Output report(options.report);
  const CleaningReport found =
      clean_corpus(pairs, options.cleaning,
                   [&](const std::string& source, const std::string& target, std::optional<PairRule> broken) {
                     outputs.write(source, target, broken);
                   });
  outputs.finish();
  report.write(options.format == CorpusFormat::json ? json_report(found) : format_report(found));
  report.finish();
  return 0;
}

}  // namespace dragoman
