#include "data/demo/generate.h"

#include <cstdio>
#include <exception>
#include <fmt/format.h>

int main(int argument_count, char** arguments) {
  if (argument_count != 2 || arguments[1][0] == '-') {
    fmt::print(stderr,
               "usage: generate_demo_corpus OUTPUT_DIR\nWrites train, valid and test, .en and .de, into OUTPUT_DIR.\n");
    return 2;
  }
  try {
    const dragoman::demo::DemoCorpus corpus = dragoman::demo::generate_demo_corpus({});
    dragoman::demo::write_demo_corpus(corpus, arguments[1]);
    fmt::print(stderr, "{}: {} training, {} validation and {} test pairs\n", arguments[1], corpus.train.size(),
               corpus.valid.size(), corpus.test.size());
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_demo_corpus: {}\n", error.what());
    return 1;
  }
  return 0;
}
