#include "decoding/scoring/forced_scorer.h"

#include "base/check_range.h"
#include "base/utf8.h"
#include "decoding/engine/length_batches.h"
#include "decoding/engine/model_scorer.h"
#include "decoding/search/length_penalty.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {

using torch::Tensor;

ForcedScorer::ForcedScorer(std::shared_ptr<const Engine> engine, const TranslatorOptions& options, int max_length)
    : engine_(std::move(engine)),
      options_(options),
      frame_(text_frame(engine_->config(), options.languages)),
      limit_(engine_->longest_text(frame_, max_length)),
      source_splitter_(source_splitter(options.split_sentences, engine_->config().trained_on, options.languages)),
      target_splitter_(target_splitter(options.split_sentences, engine_->config().trained_on, options.languages)) {
  options_.validate();
  check_range("--max-length", max_length, 1, 100000);
}

std::vector<Translation::Output> ForcedScorer::score(std::span<const std::string> sources,
                                                     std::span<const std::string> targets,
                                                     std::int64_t first_line_number, LineReport& report) const {
  if (sources.size() != targets.size()) throw std::invalid_argument("each source needs its target");
  const ParallelLoop loop = engine_->workers().loop();
  const Sentences sentences = cut(sources, targets);
  const std::vector<Ids> source_ids = engine_->tokenizers().source.encode(sentences.sources, loop);
  const std::vector<Ids> target_ids = engine_->tokenizers().target.encode(sentences.targets, loop);
  std::vector<char> scored(sources.size(), true);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto [begin, end] = sentences.of_line[i];
    for (std::size_t k = begin; k < end; ++k)
      scored[i] = scored[i] && std::max(source_ids[k].size(), target_ids[k].size()) <= limit_;
    if (!scored[i]) report.add_not_scored(first_line_number + static_cast<std::int64_t>(i), limit_);
    for (std::size_t k = begin; k < end && scored[i]; ++k) places.push_back(k);
  }

  const std::vector<Translation::Output> found = score_sentences(source_ids, target_ids, places);
  std::vector<Translation::Output> outputs(sources.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Translation::Output& output = outputs[i];
    output.text = targets[i];
    if (!scored[i]) {
      output.score = output.log_prob = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    for (std::size_t k = sentences.of_line[i].begin; k < sentences.of_line[i].end; ++k) {
      output.log_prob += found[k].log_prob;
      output.tokens.insert(output.tokens.end(), found[k].tokens.begin(), found[k].tokens.end());
    }
    normalise(output);
  }
  return outputs;
}

ForcedScorer::Sentences ForcedScorer::cut(std::span<const std::string> sources,
                                          std::span<const std::string> targets) const {
  Sentences sentences;
  const auto add = [](const std::string& line, std::span<const TextRange> ranges, std::vector<std::string>& to) {
    for (const auto& [begin, end] : ranges) to.push_back(line.substr(begin, end - begin));
  };
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::size_t begin = sentences.sources.size();
    const bool source_blank = is_blank(sources[i]), target_blank = is_blank(targets[i]);
    std::vector<TextRange> source{{0, source_blank ? 0 : sources[i].size()}};
    std::vector<TextRange> target{{0, target_blank ? 0 : targets[i].size()}};
    if (source_splitter_ && !source_blank && !target_blank) {
      std::vector<TextRange> source_sentences = source_splitter_->split(sources[i]);
      std::vector<TextRange> target_sentences = target_splitter_->split(targets[i]);
      if (source_sentences.size() == target_sentences.size()) {
        source = std::move(source_sentences);
        target = std::move(target_sentences);
      }
    }
    if (!source_blank || !target_blank) {
      add(sources[i], source, sentences.sources);
      add(targets[i], target, sentences.targets);
    }
    sentences.of_line.push_back({begin, sentences.sources.size()});
  }
  return sentences;
}

// Those at `places`; the outputs of others stay empty.
std::vector<Translation::Output> ForcedScorer::score_sentences(std::span<const Ids> sources,
                                                               std::span<const Ids> targets,
                                                               std::span<const std::size_t> places) const {
  std::vector<std::size_t> lengths;  // of the longer side, ends of sentences included
  for (const std::size_t i : places) lengths.push_back(std::max(sources[i].size(), targets[i].size()) + 1);
  auto batches = batches_by_length(lengths, static_cast<std::size_t>(options_.batch_size),
                                   static_cast<std::size_t>(options_.batch_tokens));
  for (auto& batch : batches) {
    for (std::size_t& i : batch) i = places[i];
  }
  std::vector<Translation::Output> outputs(sources.size());
  engine_->workers().run(batches.size(), [&](std::size_t i) { score_batch(sources, targets, batches[i], outputs); });
  return outputs;
}

void ForcedScorer::normalise(Translation::Output& output) const {
  const SearchOptions& search = options_.search;
  output.score = output.log_prob /
                 length_penalty(search.normalisation, search.length_penalty, static_cast<int>(output.tokens.size()));
}

void ForcedScorer::score_batch(std::span<const Ids> sources, std::span<const Ids> targets,
                               std::span<const std::size_t> batch, std::span<Translation::Output> outputs) const {
  const c10::InferenceMode no_gradients;
  std::vector<std::span<const std::int32_t>> source_rows;
  for (const std::size_t i : batch) source_rows.emplace_back(sources[i]);
  const Memory memory = engine_->encode({}, frame_, source_rows);
  const std::vector<Ids> wanted = with_ends(targets, batch);
  const bool rounded = engine_->model().weight_type() != WeightType::fp32;
  const LogProbs log_probs = rounded ? score_by_steps(memory, wanted) : score_at_once(memory, wanted);
  for (std::size_t row = 0; row < batch.size(); ++row) {
    Translation::Output& output = outputs[batch[row]];
    for (std::size_t k = 0; k < wanted[row].size(); ++k) {
      output.tokens.push_back({wanted[row][k], log_probs[row][k]});
      output.log_prob += log_probs[row][k];
    }
  }
}

std::vector<ForcedScorer::Ids> ForcedScorer::with_ends(std::span<const Ids> targets,
                                                       std::span<const std::size_t> batch) const {
  std::vector<Ids> wanted;
  for (const std::size_t i : batch) wanted.emplace_back(targets[i]).push_back(frame_.end);
  return wanted;
}

ForcedScorer::LogProbs ForcedScorer::score_at_once(const Memory& memory, std::span<const Ids> wanted) const {
  std::vector<std::span<const std::int32_t>> rows;
  for (const Ids& ids : wanted) rows.emplace_back(std::span(ids).first(ids.size() - 1));
  const Tensor states = engine_->model().decode({}, memory, engine_->decoder_input(frame_, rows));
  std::vector<std::int64_t> places;  // of tokens, neither of padding nor of what is before them
  const std::int64_t first = std::ssize(frame_.target_before) - 1;
  Ids all;
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    for (std::size_t k = 0; k < wanted[row].size(); ++k)
      places.push_back(static_cast<std::int64_t>(row) * states.size(1) + first + static_cast<std::int64_t>(k));
    all.insert(all.end(), wanted[row].begin(), wanted[row].end());
  }
  const Tensor chosen = states.flatten(0, 1).index_select(0, at::tensor(places, torch::kInt64).to(engine_->device()));
  const std::vector<float> values = engine_->output().log_probs(chosen, all);
  LogProbs log_probs;
  auto value = values.begin();
  for (const Ids& ids : wanted) {
    log_probs.emplace_back(value, value + std::ssize(ids));
    value += std::ssize(ids);
  }
  return log_probs;
}

ForcedScorer::LogProbs ForcedScorer::score_by_steps(const Memory& memory, std::span<const Ids> wanted) const {
  LogProbs log_probs(wanted.size());
  const Seq2SeqModel& model = engine_->model();
  const std::unique_ptr<DecoderState> state = model.start({}, memory);
  read_beginning(model, *state, std::ssize(wanted),
                 std::span(frame_.target_before).first(frame_.target_before.size() - 1), engine_->device());
  std::vector<std::size_t> live(wanted.size());  // targets that have not ended
  std::iota(live.begin(), live.end(), std::size_t{0});
  for (std::size_t k = 0;; ++k) {
    std::vector<std::int64_t> parents, previous;
    std::vector<std::size_t> left;
    Ids next;
    for (std::size_t row = 0; row < live.size(); ++row) {
      const Ids& ids = wanted[live[row]];
      if (k >= ids.size()) continue;
      parents.push_back(static_cast<std::int64_t>(row));
      left.push_back(live[row]);
      previous.push_back(k == 0 ? frame_.target_before.back() : ids[k - 1]);
      next.push_back(ids[k]);
    }
    if (left.empty()) return log_probs;
    if (left.size() < live.size()) model.reorder(*state, parents);
    live = std::move(left);
    const Tensor states = model.step({}, *state, at::tensor(previous, torch::kInt64).to(engine_->device()));
    const std::vector<float> values = engine_->output().log_probs(states, next);
    for (std::size_t row = 0; row < live.size(); ++row) log_probs[live[row]].push_back(values[row]);
  }
}

}  // namespace dragoman
