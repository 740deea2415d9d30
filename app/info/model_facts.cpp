#include "app/info/model_facts.h"

#include "decoding/engine/shortlist.h"
#include "formats/model_directory.h"
#include "formats/stored_weights.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

std::string part_of(std::string_view name) {
  if (name.starts_with("encoder.")) return "encoder";
  if (name.starts_with("decoder.")) return "decoder";
  return name.find("embedding") != std::string_view::npos ? "embeddings" : "output";
}

void count_weights(const SafetensorsFile& weights, ModelFacts& facts) {
  std::set<std::string> scales;  // of int8, which are no weights
  for (const auto& [name, tensor] : weights.tensors) {
    if (is_quantised(tensor)) scales.insert(scale_of(name));
  }
  for (const char* name : {"embeddings", "encoder", "decoder", "output"}) facts.parts.push_back({name, 0});
  for (const auto& [name, tensor] : weights.tensors) {
    facts.weight_bytes += static_cast<std::int64_t>(tensor.nbytes());
    if (scales.contains(name)) continue;
    std::ranges::find(facts.parts, part_of(name), &ModelFacts::Part::name)->parameters += tensor.numel();
    facts.parameters += tensor.numel();
  }
  std::erase_if(facts.parts, [](const ModelFacts::Part& part) { return part.parameters == 0; });
}

std::string kind_of(const Tokenizer& tokenizer) {
  const std::vector<CodecFile> files = tokenizer.files();
  const auto has = [&](std::string_view kind) { return std::ranges::count(files, kind, &CodecFile::extension) > 0; };
  if (has(kMergesFile)) return "byte-level BPE";
  if (!has(kSentencePieceFile)) return "words";
  switch (tokenizer.segmentation()) {
    case Segmentation::unigram:
      return "SentencePiece, unigram";
    case Segmentation::bpe:
      return "SentencePiece, BPE";
    case Segmentation::other:
      break;
  }
  return "SentencePiece";
}

std::uint64_t size_of_folder(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code vanished;  // a training that is running removes files
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, vanished)) {
    const std::uintmax_t size = entry.is_regular_file(vanished) ? entry.file_size(vanished) : 0;
    if (!vanished) bytes += size;
  }
  return bytes;
}

void list_files(const fs::path& model, ModelFacts& facts) {
  for (const fs::directory_entry& entry : fs::directory_iterator(model)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file()) facts.files.push_back({name, entry.file_size()});
  }
  std::ranges::sort(facts.files, {}, &ModelFacts::File::name);
  facts.training_bytes = size_of_folder(model / "training");
}

}  // namespace

ModelFacts facts_of(const fs::path& model) {
  const LoadedWeights loaded = load_weights(model, {.allow_unvalidated = true});
  ModelFacts facts;
  facts.config = loaded.config;
  count_weights(loaded.weights, facts);
  facts.type = stored_type(loaded.weights);
  facts.validated = loaded.validated();
  const auto& [source, target] = loaded.tokenizers;
  facts.source = {kind_of(source), source.vocabulary_size()};
  facts.target = {kind_of(target), target.vocabulary_size()};
  facts.joint_tokenizer = loaded.tokenizers.joint();
  list_files(model, facts);
  facts.shortlist = has_shortlist(model);
  facts.training = training_summary(model);
  return facts;
}

}  // namespace dragoman
