#include "decoding/alignment/attention_maps.h"

#include "decoding/engine/length_batches.h"
#include "model/attention/attention_observer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {

using torch::Tensor;

std::vector<double> entropy_of_heads(const AttentionMap& map) {
  const Tensor wide = map.weights.to(torch::kFloat64);
  const Tensor bits = -at::xlogy(wide, wide).sum(2).mean(1) / std::log(2.0);
  std::vector<double> entropies;
  for (std::int64_t head = 0; head < bits.size(0); ++head)
    entropies.push_back(std::max(bits[head].item<double>(), 0.0));
  return entropies;
}

namespace {

// Keeps what passes by in one pass.
class Collector : public AttentionObserver {
 public:
  explicit Collector(const AttentionReader::Filter& wanted) : wanted_(wanted) {}

  bool looks_at(const AttentionSite& site) const override { return wanted_(site); }

  Tensor see(const AttentionSite& site, const Tensor& weights, const Tensor& heads) override {
    const auto known = std::ranges::find(seen_, site, &Seen::site);
    Seen& mine = known != seen_.end() ? *known : seen_.emplace_back(Seen{site, {}});
    mine.pieces.push_back(weights);
    return heads;
  }

  // [B, H, T, S] each
  std::vector<AttentionMap> maps() const {
    std::vector<AttentionMap> maps;
    for (const auto& [site, pieces] : seen_)
      maps.push_back({site, pieces.size() == 1 ? pieces[0] : at::cat(pieces, 2)});
    return maps;
  }

 private:
  // A decoder that goes step by step comes once for each target position.
  struct Seen {
    AttentionSite site;
    std::vector<Tensor> pieces;
  };

  const AttentionReader::Filter& wanted_;
  std::vector<Seen> seen_;
};

// [B, H, T, S] → [H, t, s] of sentence `row`, without padding.
Tensor part_of(const Tensor& weights, std::int64_t row, std::int64_t queries, std::int64_t keys) {
  const Tensor mine = weights[row];
  return mine.narrow(1, 0, std::min(queries, mine.size(1))).narrow(2, 0, std::min(keys, mine.size(2)));
}

}  // namespace

AttentionReader::AttentionReader(std::shared_ptr<const Engine> engine, TextFrame frame, const PassLimits& limits)
    : engine_(std::move(engine)), frame_(std::move(frame)), limits_(limits) {}

void AttentionReader::read(std::span<const Ids> sources, std::span<const Ids> targets, const Filter& wanted,
                           const Visitor& visit) const {
  if (sources.size() != targets.size()) throw std::invalid_argument("each source needs its target");
  std::vector<std::size_t> lengths;  // of the longer side, ends of sentences included
  for (std::size_t i = 0; i < sources.size(); ++i)
    lengths.push_back(std::max(sources[i].size(), targets[i].size()) + 1);
  const auto batches = batches_by_length(lengths, static_cast<std::size_t>(limits_.batch_size),
                                         static_cast<std::size_t>(limits_.batch_tokens));
  engine_->workers().run(batches.size(),
                         [&](std::size_t i) { read_batch(sources, targets, batches[i], wanted, visit); });
}

void AttentionReader::read_batch(std::span<const Ids> sources, std::span<const Ids> targets,
                                 std::span<const std::size_t> batch, const Filter& wanted, const Visitor& visit) const {
  const c10::InferenceMode no_gradients;
  // A translation may fill all positions that a model has learned; the step that reads its last token is missing then.
  const auto longest = engine_->config().longest_sentence();
  const std::size_t most_read =
      longest ? std::max<std::size_t>(*longest, frame_.target_before.size()) - frame_.target_before.size()
              : std::numeric_limits<std::size_t>::max();
  std::vector<Ids> source_rows, target_rows;
  for (const std::size_t i : batch) {
    source_rows.push_back(sources[i]);
    target_rows.push_back(targets[i].first(std::min(targets[i].size(), most_read)));
  }
  Collector collector(wanted);
  const Pass pass{.observer = &collector};
  const Memory memory = engine_->encode(pass, frame_, source_rows);
  engine_->model().decode(pass, memory, engine_->decoder_input(frame_, target_rows));

  std::vector<AttentionMap> whole = collector.maps();
  for (AttentionMap& map : whole) map.weights = map.weights.to(torch::kFloat32).cpu();
  const auto* const source_lengths = memory.lengths.const_data_ptr<std::int64_t>();
  for (std::size_t row = 0; row < batch.size(); ++row) {
    const std::int64_t source_length = source_lengths[row],
                       target_length = std::ssize(target_rows[row]) + std::ssize(frame_.target_before);
    std::vector<AttentionMap> maps;
    for (const auto& [site, weights] : whole) {
      const bool decodes = site.kind != AttentionSite::Kind::encoder_self;
      const bool reads_source = site.kind != AttentionSite::Kind::decoder_self;
      maps.push_back({site, part_of(weights, static_cast<std::int64_t>(row), decodes ? target_length : source_length,
                                    reads_source ? source_length : target_length)
                                .contiguous()});
    }
    visit(batch[row], maps);
  }
}

}  // namespace dragoman
