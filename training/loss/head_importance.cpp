#include "training/loss/head_importance.h"

#include "decoding/engine/length_batches.h"
#include "model/attention/attention_observer.h"
#include "training/data/batch.h"
#include "training/loss/label_smoothed_loss.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <numeric>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using torch::Tensor;

// A factor of 1 on each head's output, for each sentence, that gets a gradient.
class HeadFactors : public AttentionObserver {
 public:
  struct Factors {
    AttentionSite site;
    Tensor values;  // [B, H, 1, 1]
  };

  Tensor see(const AttentionSite& site, const Tensor&, const Tensor& heads) override {
    // One that comes step by step has the same factors at each.
    auto known = std::ranges::find(all_, site, &Factors::site);
    if (known == all_.end()) {
      const Tensor ones = at::ones({heads.size(0), heads.size(1), 1, 1}, heads.options());
      known = all_.insert(known, {site, ones.requires_grad_()});
    }
    return heads * known->values;
  }

  const std::vector<Factors>& all() const { return all_; }

 private:
  std::vector<Factors> all_;
};

void add_batch(Seq2SeqModel& model, const Batch& batch, std::int64_t padding, std::vector<HeadImportance>& importance) {
  HeadFactors factors;
  const Pass pass{.observer = &factors};
  const Tensor states = model.decode(pass, model.encode(pass, batch.source, batch.source_lengths), batch.target_in);
  // Sentences do not see each other, so that the gradient of the sum is that of each one's own loss.
  const auto loss =
      label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(), padding, 0, 1);
  std::vector<Tensor> values;
  for (const auto& [site, value] : factors.all()) values.push_back(value);
  if (values.empty()) throw std::runtime_error("the model has no attention with weights, and so no heads");
  const std::vector<Tensor> gradients = torch::autograd::grad({loss.value}, values);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const AttentionSite site = factors.all()[i].site;
    const Tensor sums = gradients[i].abs().sum({0, 2, 3}).to(torch::kFloat64).cpu();
    auto known = std::ranges::find(importance, site, &HeadImportance::site);
    if (known == importance.end())
      known = importance.insert(known, {site, std::vector<double>(static_cast<std::size_t>(sums.size(0)))});
    for (std::size_t head = 0; head < known->heads.size(); ++head)
      known->heads[head] += sums.const_data_ptr<double>()[head];
  }
}

std::string projection_of(const AttentionSite& site, int shared_layers) {
  const bool encodes = site.kind == AttentionSite::Kind::encoder_self;
  const bool crosses = site.kind == AttentionSite::Kind::cross;
  return fmt::format("{}.layers.{}.{}_attention.output.weight", encodes ? "encoder" : "decoder",
                     site.layer / shared_layers, crosses ? "cross" : "self");
}

}  // namespace

double HeadImportance::norm() const {
  return std::sqrt(std::inner_product(heads.begin(), heads.end(), heads.begin(), 0.0));
}

std::vector<HeadImportance> head_importance(Seq2SeqModel& model, const TextFrame& frame, const TokenPairs& pairs,
                                            int batch_tokens) {
  if (model.is_training()) throw std::logic_error("a model must be in evaluation mode to measure its heads");
  if (pairs.size() == 0) throw std::invalid_argument("the importance of heads is a mean over pairs; there is none");
  for (Tensor& parameter : model.parameters()) parameter.requires_grad_(false);
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    lengths.push_back(std::max(pairs.source(i).size(), pairs.target(i).size()) + 1);
  const torch::Device device = model.output_layer().weight.device();
  std::vector<HeadImportance> importance;
  for (const auto& numbers : batches_by_length(lengths, 0, static_cast<std::size_t>(batch_tokens))) {
    const std::vector<std::uint32_t> chosen(numbers.begin(), numbers.end());
    const Batch batch = make_batch(pairs, chosen, frame, device);
    add_batch(model, batch, frame.pad, importance);
  }
  for (HeadImportance& site : importance) {
    for (double& head : site.heads) head /= static_cast<double>(pairs.size());
  }
  return importance;
}

std::vector<Head> least_important(std::span<const HeadImportance> importance, std::size_t count) {
  struct Share {
    Head head;
    double value;
  };
  std::vector<Share> shares;
  for (const HeadImportance& site : importance) {
    const double norm = site.norm();
    for (std::size_t i = 0; i < site.heads.size(); ++i)
      shares.push_back({{site.site, static_cast<int>(i)}, norm > 0 ? site.heads[i] / norm : 0.0});
  }
  if (count >= shares.size()) {
    throw std::invalid_argument(
        fmt::format("{} heads are to be pruned, but the model has {}, of which one must stay", count, shares.size()));
  }
  std::ranges::stable_sort(shares, {}, &Share::value);
  std::vector<Head> least;
  for (std::size_t i = 0; i < count; ++i) least.push_back(shares[i].head);
  return least;
}

NamedTensors without_heads(const NamedTensors& weights, std::span<const Head> heads, const ModelConfig& config) {
  NamedTensors pruned = weights;
  for (auto& [name, weight] : pruned) {
    const auto is_here = [&](const Head& head) { return projection_of(head.site, config.shared_layers) == name; };
    if (std::ranges::none_of(heads, is_here)) continue;
    weight = weight.clone();
    const std::int64_t width = weight.size(1) / config.heads;
    for (const Head& head : heads) {
      if (is_here(head)) weight.narrow(1, head.number * width, width).zero_();
    }
  }
  for (const Head& head : heads) {
    const std::string name = projection_of(head.site, config.shared_layers);
    if (std::ranges::none_of(pruned, [&](const auto& item) { return item.first == name; }))
      throw std::runtime_error(fmt::format("the model has no '{}', so that its heads cannot be pruned", name));
  }
  return pruned;
}

}  // namespace dragoman
