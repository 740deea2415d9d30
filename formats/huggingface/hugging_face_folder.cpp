#include "formats/huggingface/hugging_face_folder.h"

#include "base/atomic_file.h"
#include "formats/foreign/git_lfs.h"
#include "formats/foreign/torch_checkpoint.h"
#include "formats/safetensors.h"

#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "config.json";
constexpr const char* kGenerationConfig = "generation_config.json";
constexpr const char* kTokenizerConfig = "tokenizer_config.json";
constexpr const char* kSafetensors = "model.safetensors";
constexpr const char* kCheckpoint = "pytorch_model.bin";
constexpr const char* kIndex = ".index.json";

ForeignOptions options_in(const fs::path& file) {
  if (!fs::exists(file)) return ForeignOptions(file.string());
  return ForeignOptions(read_file(file), file.string());
}

void require_contents(const fs::path& file) {
  std::string start(git_lfs_pointer_size(), '\0');
  std::ifstream(file, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  refuse_git_lfs_pointer(start, file.string());
}

}  // namespace

HuggingFaceFolder::HuggingFaceFolder(fs::path path)
    : path_(std::move(path)),
      config_(read(kConfig), (path_ / kConfig).string()),
      tokenizer_(options_in(path_ / kTokenizerConfig)) {
  if (has(kGenerationConfig)) generation_ = options_in(path_ / kGenerationConfig);
}

bool HuggingFaceFolder::has(const std::string& name) const {
  return fs::exists(path_ / name);
}

std::string HuggingFaceFolder::read(const std::string& name) const {
  const fs::path file = path_ / name;
  if (!has(name)) throw std::runtime_error(fmt::format("{}: the model lacks this file; copy it anew", file.string()));
  require_contents(file);
  return read_file(file);
}

ForeignWeights HuggingFaceFolder::weights() const {
  ForeignWeights weights;
  for (const std::string name : {kSafetensors, kCheckpoint}) {
    if (has(name)) {
      add_file(name, weights);
      return weights;
    }
    if (has(name + kIndex)) {
      add_shards(name + kIndex, weights);
      return weights;
    }
  }
  throw std::runtime_error(
      fmt::format("{}: there are no weights: neither {} nor {}", path_.string(), kSafetensors, kCheckpoint));
}

void HuggingFaceFolder::add_file(const std::string& name, ForeignWeights& weights) const {
  const fs::path file = path_ / name;
  if (!has(name)) throw std::runtime_error(fmt::format("{}: the model lacks this file; copy it anew", file.string()));
  require_contents(file);
  if (!name.ends_with(".safetensors")) return weights.add(load_torch_checkpoint(file), file.string());
  SafetensorsFile loaded = load_safetensors(file);
  weights.add({std::move(loaded.tensors), std::move(loaded.source)}, file.string());
}

// {"weight_map": {"model.shared.weight": "model-00001-of-00002.safetensors", …}}
void HuggingFaceFolder::add_shards(const std::string& index, ForeignWeights& weights) const {
  const std::string file = (path_ / index).string();
  const ForeignOptions options(read(index), file);
  const auto map = options.json().find("weight_map");
  if (map == options.json().end() || !map->is_object())
    throw std::runtime_error(fmt::format("{}: lacks its weight_map; copy the model anew", file));
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : map->items()) {
    const auto name = shard.is_string() ? shard.get<std::string>() : "";
    if (name.empty() || fs::path(name).filename() != name) {
      throw std::runtime_error(fmt::format("{}: the tensor '{}' should be in {}, which is no file of the model", file,
                                           tensor, shard.dump()));
    }
    shards.insert(name);
  }
  for (const std::string& shard : shards) add_file(shard, weights);
}

}  // namespace dragoman
