#pragma once

#include "app/cli/command_line.h"
#include "training/options/train_options.h"

#include <vector>

namespace dragoman {

/// Files and languages of one corpus.
void add_corpus_flags(CommandLine& line, CorpusOptions& corpus);

/// Several corpora, in a configuration file a map each of these flags and a weight.
Option corpora_option(std::vector<CorpusOptions>& corpora);

}  // namespace dragoman
