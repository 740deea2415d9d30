#pragma once

#include "model/model_config.h"
#include "model/weight_type.h"
#include "training/report/training_summary.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// What a model directory holds, as `info` tells it.
struct ModelFacts {
  ModelConfig config;

  /// Numbers of weights; embeddings that both sides and the output share count once.
  struct Part {
    std::string name;  ///< embeddings, encoder, decoder, output
    std::int64_t parameters = 0;
  };
  std::vector<Part> parts;
  std::int64_t parameters = 0;  ///< of all parts

  WeightType type = WeightType::fp32;
  std::int64_t weight_bytes = 0;  ///< of the weights, in memory
  bool validated = true;

  struct Text {
    std::string tokenizer;  ///< "SentencePiece, BPE", "words", …
    std::int32_t vocabulary = 0;
  };
  Text source, target;
  bool joint_tokenizer = false;

  struct File {
    std::string name;
    std::uint64_t bytes = 0;
  };
  std::vector<File> files;  ///< of the directory itself, by name
  bool shortlist = false;
  std::uint64_t training_bytes = 0;  ///< of the folder training/, which translating does not need

  std::optional<TrainingSummary> training;
};

/// Throws as load_weights() does if the directory is no model.
ModelFacts facts_of(const std::filesystem::path& model);

/// For people.
std::string to_text(const ModelFacts& facts, const std::string& name);

/// For programs: one object, its numbers in bytes, tokens and seconds.
std::string to_json(const ModelFacts& facts, const std::string& name);

}  // namespace dragoman
