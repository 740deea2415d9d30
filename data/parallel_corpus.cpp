#include "data/parallel_corpus.h"

#include <algorithm>
#include <utility>

namespace dragoman {

ParallelText read_parallel(const PairFiles& files, const Notice& notice) {
  PairReader reader(files, notice);
  ParallelText text;
  for (std::string source, target; reader.next(source, target);) {
    text.source.push_back(std::move(source));
    text.target.push_back(std::move(target));
  }
  return text;
}

TokenizedCorpus tokenize(const ParallelText& text, const Tokenizer& source, const Tokenizer& target,
                         const FilterOptions& options, int threads, FilterReport& report) {
  PairTokenizer tokenizer(source, target, options, threads);
  TokenizedCorpus corpus;
  for (std::size_t begin = 0; begin < text.source.size(); begin += PairTokenizer::kBlock) {
    const std::size_t count = std::min(PairTokenizer::kBlock, text.source.size() - begin);
    tokenizer.encode(std::span(text.source).subspan(begin, count), std::span(text.target).subspan(begin, count),
                     [&](std::size_t, auto source_ids, auto target_ids) { corpus.append(source_ids, target_ids); });
  }
  report = tokenizer.report();
  return corpus;
}

}  // namespace dragoman
