#include "decoding/alignment/word_alignment.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

using torch::Tensor;

void check_index(std::string_view what, std::optional<int> index, int count) {
  if (!index || (*index >= 0 && *index < count)) return;
  throw std::invalid_argument(
      fmt::format("{0} {1} is asked for, but the model's {0}s are 0 to {2}", what, *index, count - 1));
}

}  // namespace

int usual_layer(int layers) {
  return layers < 3 ? layers - 1 : layers - 2;
}

void AlignmentOptions::validate(const ModelConfig& config) const {
  check_index("decoder layer", layer, config.attending_layers());
  check_index("head", head, config.heads);
}

AttentionSite AlignmentOptions::site(const ModelConfig& config) const {
  const int chosen = layer.value_or(config.alignment_layer.value_or(usual_layer(config.attending_layers())));
  return {AttentionSite::Kind::cross, chosen / config.shared_layers * config.shared_layers};  // AttentionObserver
}

std::optional<int> AlignmentOptions::head_of(const ModelConfig& config) const {
  return head || layer ? head : config.alignment_head;
}

WordWeights word_weights(const Tensor& weights, const TokensOfWords& source, const TokensOfWords& target,
                         AlignmentStep step) {
  TORCH_CHECK(weights.dim() == 2 && weights.is_contiguous() && weights.scalar_type() == torch::kFloat32,
              "word_weights: the weights must be contiguous float32 [T, S], not ", weights.sizes());
  const auto rows = static_cast<std::size_t>(weights.size(0)), columns = static_cast<std::size_t>(weights.size(1));
  const float* values = weights.const_data_ptr<float>();
  WordWeights words{source.size(), std::vector<float>(source.size() * target.size())};
  for (std::size_t t = 0; t < target.size(); ++t) {
    for (std::size_t s = 0; s < source.size(); ++s) {
      float& sum = words.weights[t * source.size() + s];
      for (const std::size_t token : target[t]) {
        // The last query may be missing (AttentionReader::read).
        const std::size_t row = std::min(step == AlignmentStep::reading ? token + 1 : token, rows - 1);
        for (const std::size_t column : source[s]) {
          TORCH_CHECK(column < columns, "word_weights: token ", column, " of ", columns);
          sum += values[row * columns + column];
        }
      }
      if (!target[t].empty()) sum /= static_cast<float>(target[t].size());
    }
  }
  return words;
}

WordLinks links_of(const WordWeights& words) {
  WordLinks links;
  if (words.sources == 0) return links;
  for (std::size_t t = 0; t < words.weights.size() / words.sources; ++t) {
    const std::span<const float> row = words.row(t);
    const auto best = std::ranges::max_element(row);
    if (*best > 0) links.push_back({static_cast<int>(best - row.begin()), static_cast<int>(t)});
  }
  return links;
}

Tensor weights_of_head(const AttentionMap& map, std::optional<int> head) {
  TORCH_CHECK(!head || *head < map.weights.size(0), "head ", head.value_or(0), " is asked for, but there are ",
              map.weights.size(0));
  return head ? map.weights[*head] : map.weights.mean(0);
}

void read_cross_attention(const AttentionReader& reader, std::span<const AttentionReader::Ids> sources,
                          std::span<const AttentionReader::Ids> targets, const AlignmentOptions& options,
                          const ModelConfig& config,
                          const std::function<void(std::size_t pair, const Tensor& weights)>& visit) {
  const AttentionSite wanted = options.site(config);
  const auto visit_maps = [&](std::size_t i, std::span<const AttentionMap> maps) {
    if (maps.empty()) {
      throw std::runtime_error(
          fmt::format("the cross-attention of decoder layer {} has no weights to look at", wanted.layer));
    }
    const std::int64_t first_query = std::ssize(reader.frame().target_before) - 1,
                       first_key = std::ssize(reader.frame().source_before);
    const Tensor all = weights_of_head(maps.front(), options.head_of(config));
    visit(i, all.narrow(0, first_query, all.size(0) - first_query)
                 .narrow(1, first_key, std::ssize(sources[i]))
                 .contiguous());
  };
  reader.read(
      sources, targets, [&](const AttentionSite& site) { return site == wanted; }, visit_maps);
}

std::vector<WordLinks> align(const AttentionReader& reader, std::span<const AlignedPair> pairs,
                             const AlignmentOptions& options, const ModelConfig& config) {
  std::vector<AttentionReader::Ids> sources, targets;
  for (const AlignedPair& pair : pairs) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
  }
  std::vector<WordLinks> links(pairs.size());
  read_cross_attention(reader, sources, targets, options, config, [&](std::size_t i, const Tensor& weights) {
    links[i] = links_of(word_weights(weights, pairs[i].source_words, pairs[i].target_words, options.step));
  });
  return links;
}

}  // namespace dragoman
