#include "formats/model_directory.h"

#include "base/atomic_directory.h"
#include "base/atomic_file.h"
#include "base/checksum.h"
#include "formats/foreign/foreign_format.h"
#include "formats/manifest.h"
#include "formats/model_config_json.h"
#include "formats/model_files.h"
#include "formats/sealed_files.h"
#include "formats/stored_weights.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// What the names of a tokenizer's files begin with, and end with.
constexpr const char* kJointTokenizer = "tokenizer";
constexpr const char* kSourceTokenizer = "source";
constexpr const char* kTargetTokenizer = "target";

// In the metadata of the weights.
constexpr const char* kValidated = "validated";
constexpr const char* kNo = "no";

void require_fit(const fs::path& directory, const ModelConfig& config, const Tokenizers& tokenizers) {
  const auto source = tokenizers.source.vocabulary_size(), target = tokenizers.target.vocabulary_size();
  if (source != config.source_vocabulary || target != config.target_vocabulary) {
    throw std::runtime_error(
        fmt::format("{}: the tokenizers have {} source and {} target pieces, but config.json says {} and {}; "
                    "copy the model directory anew",
                    directory.string(), source, target, config.source_vocabulary, config.target_vocabulary));
  }
}

std::uint32_t checksum_of_all(const std::vector<std::string>& texts) {
  std::uint32_t checksum = 0;
  for (const std::string& text : texts) checksum = crc32_of(text, checksum);
  return checksum;
}

std::string fingerprint(const LoadedWeights& loaded) {
  std::vector<std::string> texts{to_json(loaded.config)};
  for (const Tokenizer* tokenizer : {&loaded.tokenizers.source, &loaded.tokenizers.target}) {
    for (CodecFile& file : tokenizer->files()) texts.push_back(std::move(file.bytes));
  }
  const std::uint32_t checksum = checksum_of_all(texts);
  return fmt::format("{:08x}-{:08x}", checksum, loaded.weights.seal().checksum);
}

// What cannot be read at all is named for that, not for having been edited.
ModelConfig load_config(SealedFiles& files) {
  refuse_foreign_model(files.directory());
  const std::string text = files.read(kConfigFile);
  ModelConfig config = model_config_from_json(text, (files.directory() / kConfigFile).string());
  files.check(kConfigFile, seal_of(text));
  return config;
}

std::vector<std::string> tokenizer_names(const SealedFiles& files, const std::string& stem) {
  std::vector<std::string> names;
  for (const std::string_view extension : kCodecFiles) {
    if (std::string name = stem + std::string(extension); files.has(name)) names.push_back(std::move(name));
  }
  return names;
}

// What is left of several files would be another tokenizer than that of all.
Tokenizer load_tokenizer(SealedFiles& files, const std::string& stem) {
  for (const std::string_view extension : kCodecFiles) {
    if (const std::string name = stem + std::string(extension); files.lists(name)) files.require_file(name);
  }
  std::vector<std::string> names = tokenizer_names(files, stem);
  if (names.empty()) names.push_back(stem + std::string(kSentencePieceFile));
  std::vector<CodecFile> parts;
  for (const std::string& name : names) {
    parts.push_back({name.substr(stem.size()), files.read(name)});
    files.check(name, seal_of(parts.back().bytes));
  }
  return Tokenizer::from_files(std::move(parts), (files.directory() / stem).string());
}

Tokenizers load_tokenizers(SealedFiles& files, TokenOrder target_order) {
  const auto is_there = [&](const char* stem) { return !tokenizer_names(files, stem).empty(); };
  if (is_there(kJointTokenizer) || !(is_there(kSourceTokenizer) || is_there(kTargetTokenizer))) {
    const Tokenizer joint = load_tokenizer(files, kJointTokenizer);
    return {joint, joint.in_order(target_order)};
  }
  Tokenizer source = load_tokenizer(files, kSourceTokenizer);
  return {std::move(source), load_tokenizer(files, kTargetTokenizer).in_order(target_order)};
}

// By name.
using TokenizerTexts = std::map<std::string, std::string>;

TokenizerTexts tokenizer_files(const Tokenizers& tokenizers) {
  TokenizerTexts texts;
  const auto add = [&](const char* stem, const Tokenizer& tokenizer) {
    for (CodecFile& file : tokenizer.files()) texts[stem + file.extension] = std::move(file.bytes);
  };
  if (tokenizers.joint()) {
    add(kJointTokenizer, tokenizers.source);
  } else {
    add(kSourceTokenizer, tokenizers.source);
    add(kTargetTokenizer, tokenizers.target);
  }
  return texts;
}

std::map<std::string, std::string> weights_metadata(bool validated) {
  if (validated) return {};
  return {{kValidated, kNo}};
}

// All that can be said of the files without making the model.
LoadedWeights read_weights(const fs::path& directory, const LoadOptions& options) {
  SealedFiles files(directory, options.ignore_manifest);
  ModelConfig config = load_config(files);
  Tokenizers tokenizers = load_tokenizers(files, config.target_order);
  LoadedWeights loaded{std::move(config), std::move(tokenizers), {}};
  require_fit(directory, loaded.config, loaded.tokenizers);
  files.require_file(kWeightsFile);
  const fs::path file = weights_file(directory);
  loaded.weights = load_safetensors(file);
  files.check(kWeightsFile, loaded.weights.seal());
  files.check_all_again();
  if (!options.allow_unvalidated && !loaded.validated()) {
    throw std::runtime_error(
        fmt::format("{}: no validation has measured these weights, since the training was stopped before its first; go "
                    "on with the training, or take them as they are with --allow-unvalidated",
                    file.string()));
  }
  require_weights(loaded.weights, file);
  require_sizes(loaded.config, loaded.weights, file);
  return loaded;
}

}  // namespace

fs::path weights_file(const fs::path& directory) {
  return directory / kWeightsFile;
}

std::vector<fs::path> replaceable_files(const fs::path& directory) {
  std::vector<fs::path> files = {directory / kConfigFile, weights_file(directory), manifest_file(directory)};
  for (const std::string stem : {kJointTokenizer, kSourceTokenizer, kTargetTokenizer}) {
    for (const std::string_view extension : kCodecFiles) files.push_back(directory / (stem + std::string(extension)));
  }
  std::erase_if(files, [](const fs::path& file) { return !fs::exists(fs::symlink_status(file)); });
  return files;
}

std::string Tokenizers::fingerprint() const {
  return fmt::format("{:08x}-{:08x}", source.checksum(), target.checksum());
}

bool LoadedWeights::validated() const {
  const auto mark = weights.metadata.find(kValidated);
  return mark == weights.metadata.end() || mark->second != kNo;
}

std::string model_fingerprint(const fs::path& directory) {
  return fingerprint(load_weights(directory, {.allow_unvalidated = true}));
}

ModelConfig load_config(const fs::path& directory) {
  SealedFiles files(directory);
  return load_config(files);
}

void save_config(const fs::path& directory, const ModelConfig& config) {
  ManifestUpdate(directory).write(kConfigFile, to_json(config));
}

Tokenizers load_tokenizers(const fs::path& directory) {
  SealedFiles files(directory);
  const TokenOrder target_order = load_config(files).target_order;
  return load_tokenizers(files, target_order);
}

void save_tokenizers(const fs::path& directory, const Tokenizers& tokenizers) {
  ManifestUpdate update(directory);
  const TokenizerTexts texts = tokenizer_files(tokenizers);
  for (const auto& [name, bytes] : texts) update.write(name, bytes);
  for (const std::string stem : {kJointTokenizer, kSourceTokenizer, kTargetTokenizer}) {
    for (const std::string_view extension : kCodecFiles) {
      if (const std::string name = stem + std::string(extension); !texts.contains(name)) update.remove(name);
    }
  }
}

void write_tokenizers(const fs::path& folder, const Tokenizers& tokenizers) {
  for (const auto& [name, bytes] : tokenizer_files(tokenizers)) write_file_atomically(folder / name, bytes);
}

// Nobody else sees the folder yet, so that its manifest is written once, behind the files.
void write_model_directory(const fs::path& directory, const std::string& writer, const ModelConfig& config,
                           const Tokenizers& tokenizers, const NamedTensors& weights, bool validated,
                           const StopCheck& stop, const std::function<void(const fs::path&)>& check) {
  AtomicDirectory whole(directory, writer, stop);
  const fs::path& folder = whole.folder();
  std::map<std::string, std::string> texts = tokenizer_files(tokenizers);
  texts[kConfigFile] = to_json(config);
  Manifest manifest;
  for (const auto& [name, text] : texts) {
    write_file_atomically(folder / name, text);
    manifest.add(name, seal_of(text));
    whole.check_stop();
  }
  save_safetensors(weights_file(folder), weights, weights_metadata(validated), [&](const FileSeal& seal) {
    manifest.add(kWeightsFile, seal);
    whole.check_stop();
  });
  manifest.save(folder);
  if (check) check(folder);
  whole.commit();
}

void save_weights(const fs::path& directory, const NamedTensors& weights, bool validated) {
  ManifestUpdate update(directory);
  save_safetensors(weights_file(directory), weights, weights_metadata(validated),
                   [&](const FileSeal& seal) { update.announce(kWeightsFile, seal); });
}

LoadedWeights load_weights(const fs::path& directory, const LoadOptions& options) {
  LoadedWeights loaded = read_weights(directory, options);
  require_all_used(*create_model(loaded.config, std::nullopt), loaded.weights, weights_file(directory));
  return loaded;
}

LoadedModel load_model(const fs::path& directory, torch::Device device, std::optional<WeightType> wanted,
                       const LoadOptions& options) {
  LoadedWeights loaded = read_weights(directory, options);
  const WeightType stored = stored_type(loaded.weights);
  const WeightType type = wanted.value_or(is_fast(stored, device) ? stored : WeightType::fp32);
  std::shared_ptr<Seq2SeqModel> model = create_model(loaded.config, std::nullopt);
  require_all_used(*model, loaded.weights, weights_file(directory));
  std::string identity = fingerprint(loaded);
  if (device.is_cpu()) {
    assign_packed_weights(*model, loaded.weights, weights_file(directory), type);
    model->eval();
    model->set_weight_type(type);
  } else {
    assign_weights(*model, loaded.weights, weights_file(directory));
    model->to(device);
    prepare_for_inference(*model, type);
  }
  loaded.weights.source->require_unchanged();
  loaded.weights = {};
  return {loaded.config, std::move(loaded.tokenizers), std::move(model), std::move(identity), stored, type};
}

std::vector<std::string> seal(const fs::path& directory) {
  const LoadedWeights loaded = load_weights(directory, {true, true});
  Manifest manifest;
  std::vector<std::string> names;
  const auto add = [&](const std::string& name, const FileSeal& seal) {
    manifest.add(name, seal);
    names.push_back(name);
  };
  add(kConfigFile, seal_of(read_file(directory / kConfigFile)));
  for (const auto& [name, bytes] : tokenizer_files(loaded.tokenizers)) add(name, seal_of(bytes));
  add(kWeightsFile, loaded.weights.seal());
  if (fs::exists(directory / kShortlistFile)) add(kShortlistFile, load_safetensors(directory / kShortlistFile).seal());
  if (fs::exists(directory / kQualityFile)) add(kQualityFile, seal_of(read_file(directory / kQualityFile)));
  manifest.save(directory);
  return names;
}

}  // namespace dragoman
