#include "training/data/batch.h"

#include "data/batcher.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace dragoman {
namespace {

torch::Tensor tensor_of(const PaddedIds& padded, torch::Device device) {
  return at::tensor(padded.ids, torch::kInt64).view({padded.rows, padded.width}).to(device);
}

}  // namespace

Batch Batch::to(torch::Device device) const {
  return {source.to(device),     source_lengths, target_in.to(device),
          target_out.to(device), target_tokens,  alignment.defined() ? alignment.to(device) : torch::Tensor()};
}

Batch Batch::sentences(std::int64_t first, std::int64_t count) const {
  const auto some = [&](const torch::Tensor& rows) {
    return rows.defined() ? rows.narrow(0, first, count) : torch::Tensor();
  };
  return {some(source), some(source_lengths), some(target_in), some(target_out), 0, some(alignment)};
}

torch::Tensor make_alignment(const Batch& batch, std::span<const TokenLinks> links,
                             std::span<const TextFrame* const> frames) {
  if (std::ranges::all_of(links, &TokenLinks::empty)) return {};
  torch::Tensor linked = at::zeros({batch.source.size(0), batch.target_out.size(1), batch.source.size(1)});
  auto cells = linked.accessor<float, 3>();
  for (std::size_t row = 0; row < links.size(); ++row) {
    const std::int64_t source_begin = std::ssize(frames[row]->source_before),
                       target_begin = std::ssize(frames[row]->target_before) - 1;  // the start token is not predicted
    for (const auto& [source, target] : links[row])
      cells[static_cast<std::int64_t>(row)][target_begin + target][source_begin + source] = 1;
  }
  return linked / linked.sum(2, true).clamp_min(1);
}

Batch make_batch(const TokenPairs& corpus, std::span<const std::uint32_t> pairs, const TextFrame& frame,
                 torch::Device device) {
  std::vector<std::span<const std::int32_t>> sources, targets;
  for (const std::uint32_t pair : pairs) {
    sources.push_back(corpus.source(pair));
    targets.push_back(corpus.target(pair));
  }
  return make_batch(sources, targets, frame, device);
}

Batch make_batch(IdRows sources, IdRows targets, const TextFrame& frame, torch::Device device) {
  return make_batch(sources, targets, std::vector(sources.size(), &frame), device);
}

Batch make_batch(IdRows sources, IdRows targets, std::span<const TextFrame* const> frames, torch::Device device) {
  std::vector<RowFrame> around_sources, before_targets, around_outputs;
  for (const TextFrame* frame : frames) {
    const std::span<const std::int32_t> before = frame->target_before;
    around_sources.push_back({frame->source_before, frame->source_behind});
    before_targets.push_back({before, {}});
    around_outputs.push_back({before.subspan(1), {&frame->end, 1}});
  }
  const TextFrame& common = *frames.front();
  const PaddedIds source = pad_framed_rows(sources, around_sources, common.filler);
  const PaddedIds target_in = pad_framed_rows(targets, before_targets, common.filler);
  const PaddedIds target_out = pad_framed_rows(targets, around_outputs, common.pad);
  return {tensor_of(source, device), at::tensor(source.lengths, torch::kInt64), tensor_of(target_in, device),
          tensor_of(target_out, device),
          std::accumulate(target_out.lengths.begin(), target_out.lengths.end(), std::int64_t{0})};
}

}  // namespace dragoman
