#include "app/train/corpus_flags.h"

#include "tokenizer/language_code.h"

#include <string>
#include <utility>

namespace dragoman {
namespace {

Option language_option(std::string& code) {
  Option option = bind_field(code);
  option.set = [&code](const std::vector<std::string>& values) {
    code = values.front().empty() ? "" : language_code(values.front());
  };
  return option;
}

// The flags of one map.
CommandLine line_of_map(CorpusOptions& corpus) {
  CommandLine line("train", "");
  add_corpus_flags(line, corpus);
  line.add("weight", corpus.weight, "X", "each pair counts so many times");
  return line;
}

}  // namespace

void add_corpus_flags(CommandLine& line, CorpusOptions& corpus) {
  line.add("train-source", corpus.train_source, "FILE", "sentences to learn from, plain or .gz, one a line").common =
      true;
  line.add("train-target", corpus.train_target, "FILE", "their translations, line by line").common = true;
  line.add("train-tsv", corpus.train_tsv, "FILE", "instead of both: lines of source, tab, target").common = true;
  line.exclude("train-tsv", "train-source");
  line.exclude("train-tsv", "train-target");
  line.add("guided-alignment", corpus.guided_alignment, "FILE",
           "word links of these pairs, line by line, as fast_align and translate --alignment write them: a head of "
           "cross-attention learns to align by them");
  line.add("valid-source", corpus.valid_source, "FILE", "sentences to validate on").common = true;
  line.add("valid-target", corpus.valid_target, "FILE", "their translations").common = true;
  line.add("valid-tsv", corpus.valid_tsv, "FILE", "instead of both: lines of source, tab, target");
  for (const char* file : {"valid-source", "valid-target"}) line.exclude("valid-tsv", file);
  line.add_custom(
      "source-lang", language_option(corpus.source_lang), "CODE",
      "the source's language, as en or pt-BR: translate then knows its abbreviations from ends of sentences");
  line.add_custom("target-lang", language_option(corpus.target_lang), "CODE", "the target's language");
}

Option corpora_option(std::vector<CorpusOptions>& corpora) {
  Option option;
  option.kind = Option::Kind::maps;
  option.set_maps = [&corpora](const std::vector<std::vector<Assignment>>& maps) {
    corpora.clear();
    for (const std::vector<Assignment>& map : maps) line_of_map(corpora.emplace_back()).take(map);
  };
  option.get = [&corpora] {
    std::vector<std::string> files;
    for (const CorpusOptions& corpus : corpora) {
      for (const auto* names :
           {&corpus.train_source, &corpus.train_target, &corpus.train_tsv, &corpus.guided_alignment})
        files.insert(files.end(), names->begin(), names->end());
    }
    return files;
  };
  option.get_maps = [&corpora] {
    std::vector<std::vector<Assignment>> maps;
    for (CorpusOptions& corpus : corpora) maps.push_back(line_of_map(corpus).effective_assignments());
    return maps;
  };
  return option;
}

}  // namespace dragoman
