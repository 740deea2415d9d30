#pragma once

#include "formats/safetensors.h"
#include "tests/data/temporary_folder.h"
#include "tests/model/tiny_config.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"
#include "training/course/trainer.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {

inline std::string text_of(const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text += lines[i] + "\n";
  return text;
}

/// For each of so many pairs, which have three words at least, first to first and second to third.
inline std::string links_of_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "0-0 1-2\n";
  return text;
}

/// Trains small models, for a few updates, on a corpus of 40 lines.
class TrainerTest : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    const auto lines = sample_lines(60);
    write("train.a", text_of(lines, 0, 40));
    write("train.b", text_of(lines, 10, 50));
    write("valid.a", text_of(lines, 50, 54));
    write("valid.b", text_of(lines, 54, 58));
    const std::vector<std::string>* texts[] = {&lines};
    TokenizerOptions tokenizer;
    tokenizer.vocabulary_size = 100;
    write("joint.model", train_tokenizer(texts, tokenizer, 1, {}).files().front().bytes);
  }

  TrainOptions options_for(const std::string& folder) const {
    TrainOptions options;
    options.model = path(folder);
    options.corpus.train_source = {path("train.a")};
    options.corpus.train_target = {path("train.b")};
    options.corpus.valid_source = path("valid.a");
    options.corpus.valid_target = path("valid.b");
    options.vocabulary.source_tokenizer = path("joint.model");
    options.batch_tokens = 400;
    options.learning_rate.learning_rate = 0.01;
    options.learning_rate.warmup_steps = 2;
    options.limits.max_steps = 6;
    options.validation.valid_interval = 4;
    options.validation.valid_metric = ValidationMetric::loss;
    options.validation.valid_beam_size = 2;
    options.precision = Precision::fp32;
    options.device = device_;
    options.threads = 1;
    options.log_interval = 1;
    return options;
  }

  // Trains until the limits, or until `updates` more updates are done; notices are collected in notices_.
  TrainOutcome train(const TrainOptions& options, std::int64_t updates = 1 << 30) {
    std::int64_t done = 0;
    notices_.clear();
    Trainer trainer(options, config_,
                    {[&](const std::string& line) { notices_.push_back(line); },
                     [&](const TrainStatus& status) {
                       ++done;
                       last_status_ = status;
                     },
                     [&] { return done >= updates; }});
    return trainer.run();
  }

  // The files of a folder that hold weights, and the training's tensors, by name.
  std::map<std::string, std::string> weights_in(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(folder))) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".safetensors")) continue;
      if (name != "state.safetensors") {
        files[name] = bytes_of(entry.path().string());
        continue;
      }
      // Its metadata tell the time.
      for (const auto& [key, tensor] : load_safetensors(entry.path()).tensors) {
        files[key] = std::string(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
      }
    }
    return files;
  }

  std::vector<nlohmann::json> log_of(const std::string& folder) const {
    std::vector<nlohmann::json> entries;
    std::ifstream log(path(folder + "/training/log.jsonl"));
    for (std::string line; std::getline(log, line);) {
      entries.push_back(nlohmann::json::parse(line));
      for (const char* of_time : {"seconds", "tokens_per_second", "validation_seconds"}) entries.back().erase(of_time);
    }
    return entries;
  }

  ModelConfig config_ = tiny_config();
  std::string device_ = "cpu";
  std::vector<std::string> notices_;
  TrainStatus last_status_;
};

}  // namespace dragoman
