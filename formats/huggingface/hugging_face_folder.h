#pragma once

#include "formats/foreign/foreign_options.h"
#include "formats/foreign/foreign_weights.h"

#include <filesystem>
#include <optional>
#include <string>

namespace dragoman {

/// The files of a model as Hugging Face's transformers writes them, whatever its family.
class HuggingFaceFolder {
 public:
  /// Reads config.json, and what is there of generation_config.json and tokenizer_config.json. Throws
  /// std::runtime_error naming the file that is missing or damaged.
  explicit HuggingFaceFolder(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  ForeignOptions& config() { return config_; }
  ForeignOptions& tokenizer() { return tokenizer_; }

  /// The defaults of the search: generation_config.json, or config.json where older programs have left them.
  ForeignOptions& generation() { return generation_ ? *generation_ : config_; }

  bool has(const std::string& name) const;

  /// The contents of a file. Throws std::runtime_error naming it if it is missing, or a stand-in of Git LFS.
  std::string read(const std::string& name) const;

  /// The tensors of model.safetensors or pytorch_model.bin, in one file or, by their index, in several; the first of
  /// them that is there, as transformers takes them. Throws std::runtime_error naming what is missing or damaged.
  ForeignWeights weights() const;

 private:
  void add_file(const std::string& name, ForeignWeights& weights) const;
  void add_shards(const std::string& index, ForeignWeights& weights) const;

  std::filesystem::path path_;
  ForeignOptions config_, tokenizer_;
  std::optional<ForeignOptions> generation_;
};

}  // namespace dragoman
