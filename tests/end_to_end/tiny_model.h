#pragma once

#include "tests/end_to_end/program.h"

#include <string>
#include <vector>

namespace dragoman {

/// A made-up language pair that a very small model learns in seconds: words are replaced one by one, and the last
/// becomes the first.
struct TinyCorpus {
  /// Writes the files below into `folder`.
  explicit TinyCorpus(const TemporaryFolder& folder, int train_pairs = 400);

  std::string train_source, train_target, valid_source, valid_target;
};

/// `count` lines of the source language; the same for the same seed.
std::vector<std::string> tiny_source_lines(int count, int seed);
std::string tiny_target_line(const std::string& source);
std::string join_lines(const std::vector<std::string>& lines);

/// Arguments of `dragoman train` for a very small model on this corpus, all cores but one left to others.
std::vector<std::string> tiny_training(const TinyCorpus& corpus, const std::string& model, int max_steps,
                                       const std::string& architecture = "transformer");

/// A model directory trained by the binary under test, made once for each binary and shared by all tests, whichever
/// process they run in. Do not write to it.
std::string shared_model();

/// A copy of shared_model() to be damaged.
std::string copy_of_model(const TemporaryFolder& folder, const std::string& name = "model");

}  // namespace dragoman
