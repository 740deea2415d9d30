#include "training/data/batch_stream.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {
namespace {

// So many batches wait to be taken, at most.
constexpr std::size_t kAhead = 4;
// Of a batch, to find one about as long as a training will draw it.
constexpr std::int64_t kRehearsedDraws = 16;

using Ids = std::vector<std::int32_t>;

Ids sample_side(const SubwordSampler& sampler, std::span<const std::int32_t> best, std::size_t max_length,
                CounterRandom& random) {
  Ids ids = sampler.sample(best, random);
  if (ids.size() > max_length) ids.assign(best.begin(), best.end());
  return ids;
}

// Adds the ids of a text that is read behind that of the others.
void add_behind(Ids& ids, const Ids& next, TokenOrder order) {
  ids.insert(order == TokenOrder::right_to_left ? ids.begin() : ids.end(), next.begin(), next.end());
}

// What is drawn for a pair in an epoch.
std::uint64_t item_of(std::int64_t epoch, std::uint32_t pair) {
  return static_cast<std::uint64_t>(epoch) << 32 | pair;
}

// Of a whole batch, by its first pair.
constexpr std::uint64_t kOfBatch = std::uint64_t{1} << 63;

}  // namespace

BatchStream::BatchStream(const PairStore& pairs, const BatchOptions& options, std::vector<TextFrame> frames,
                         std::optional<PairDraws> draws, std::optional<Mixture> mixture)
    : pairs_(pairs),
      batcher_(pairs.places(), options, std::move(mixture)),
      frames_(std::move(frames)),
      draws_(std::move(draws)) {
  if (pairs.places().empty()) throw std::invalid_argument("there is no pair to make batches of");
  if (frames_.size() != pairs.corpus_ends().size()) throw std::invalid_argument("each corpus needs a frame");
}

BatchStream::~BatchStream() {
  stop();
}

void BatchStream::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BatchStream::seek(std::int64_t epoch, std::int64_t index) {
  stop();
  ready_.clear();
  failure_ = nullptr;
  stopping_ = false;
  thread_ = std::thread([this, epoch, index] {
    try {
      prepare(epoch, index);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      changed_.notify_all();
    }
  });
}

void BatchStream::prepare(std::int64_t epoch, std::int64_t index) {
  for (;; ++epoch, index = 0) {
    std::int64_t number = 0;  // of batches so far
    std::int64_t pairs_before = 0;
    for (std::int64_t window = 0; window < batcher_.windows(); ++window) {
      const std::vector<std::vector<std::uint32_t>> batches = batcher_.window(epoch, window);
      for (const auto& pairs : batches) {
        pairs_before += std::ssize(pairs);
        const std::int64_t place = number++;
        if (place < index) continue;
        const bool mine = is_mine_(place), ends_epoch = pairs_before == batcher_.size();
        const double share = static_cast<double>(pairs_before) / static_cast<double>(batcher_.size());
        Batch batch = !mine ? Batch{} : draws_ ? drawn_batch(pairs, epoch) : plain_batch(pairs);
        if (!put({std::move(batch), epoch, place, mine, ends_epoch, share})) return;
      }
    }
    if (number <= index) throw std::logic_error("the place in training is behind the end of its epoch");
  }
}

// Waits for room; false if the stream ends meanwhile.
bool BatchStream::put(PlacedBatch placed) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || ready_.size() < kAhead; });
  if (stopping_) return false;
  ready_.push_back(std::move(placed));
  changed_.notify_all();
  return true;
}

Batch BatchStream::batch_of(std::span<const std::uint32_t> pairs, IdRows sources, IdRows targets,
                            std::span<const TokenLinks> links) const {
  std::vector<const TextFrame*> frames;
  for (const std::uint32_t pair : pairs) frames.push_back(&frames_[corpus_of(pair)]);
  Batch batch = make_batch(sources, targets, frames, torch::kCPU);
  batch.alignment = make_alignment(batch, links, frames);
  return batch;
}

Batch BatchStream::plain_batch(std::span<const std::uint32_t> pairs) const {
  const TokenizedCorpus read = pairs_.read(pairs);
  std::vector<std::span<const std::int32_t>> sources, targets;
  std::vector<TokenLinks> links;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    sources.push_back(read.pairs().source(i));
    targets.push_back(read.pairs().target(i));
    links.push_back(read.pairs().links(i));
  }
  return batch_of(pairs, sources, targets, links);
}

// changes: instead of drawn ones.
Batch BatchStream::drawn_batch(std::span<const std::uint32_t> pairs, std::int64_t epoch,
                               const std::optional<BatchChanges>& changes) const {
  const TokenizedCorpus read = pairs_.read(pairs);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto source = read.pairs().source(i), target = read.pairs().target(i);
    rows.push_back({pairs[i], {source.begin(), source.end()}, {target.begin(), target.end()}});
  }
  if (draws_->texts) rows = with_other_texts(rows, epoch, changes);
  std::vector<std::uint32_t> first_pairs;
  std::vector<std::span<const std::int32_t>> sources, targets;
  for (Row& row : rows) {
    if (draws_->pieces) {
      CounterRandom random(draws_->seed, RandomPurpose::sampling, item_of(epoch, row.pair));
      row.source = sample_side(draws_->pieces->source, row.source, draws_->max_length, random);
      row.target = sample_side(draws_->pieces->target, row.target, draws_->max_length, random);
    }
    first_pairs.push_back(row.pair);
    sources.emplace_back(row.source);
    targets.emplace_back(row.target);
  }
  return batch_of(first_pairs, sources, targets);
}

std::size_t BatchStream::corpus_of(std::uint32_t pair) const {
  const std::span<const std::uint64_t> ends = pairs_.corpus_ends();
  return static_cast<std::size_t>(std::ranges::upper_bound(ends, pair) - ends.begin());
}

// Rows that come together on one are those behind each other in the batch, as far as they are of one corpus and fit.
std::vector<BatchStream::Row> BatchStream::with_other_texts(std::span<const Row> rows, std::int64_t epoch,
                                                            const std::optional<BatchChanges>& given) const {
  const auto& [augmentation, source_tokenizer, target_tokenizer] = *draws_->texts;
  const auto fit = [this](std::size_t source, std::size_t target) {
    return std::max(source, target) <= draws_->max_length;
  };
  CounterRandom of_batch(draws_->seed, RandomPurpose::augmentation, item_of(epoch, rows.front().pair) | kOfBatch);
  const BatchChanges changes = given ? *given : changes_of_batch(augmentation, of_batch);
  const auto together = static_cast<std::size_t>(changes.lines_in_one);
  std::vector<Row> changed;
  for (std::size_t i = 0, count = 0; i < rows.size(); i += count) {
    std::string source, target;
    Row row{rows[i].pair, {}, {}};
    for (count = 0; count < together && i + count < rows.size(); ++count) {
      const Row& next = rows[i + count];
      if (count > 0) {
        if (corpus_of(next.pair) != corpus_of(row.pair)) break;
        if (!fit(row.source.size() + next.source.size(), row.target.size() + next.target.size())) break;
        source += ' ';
        target += ' ';
      }
      add_behind(row.source, next.source, source_tokenizer.order());
      add_behind(row.target, next.target, target_tokenizer.order());
      source += source_tokenizer.decode(next.source);
      target += target_tokenizer.decode(next.target);
    }
    CounterRandom random(draws_->seed, RandomPurpose::augmentation, item_of(epoch, row.pair));
    const std::string plain_source = source, plain_target = target;
    augment(augmentation, changes, random, source, target);
    if (count > 1 || source != plain_source || target != plain_target) {
      Row other{row.pair, source_tokenizer.encode(source), target_tokenizer.encode(target)};
      const std::size_t sources = other.source.size(), targets = other.target.size();
      if (sources > 0 && targets > 0 && fit(sources, targets)) row = std::move(other);
    }
    changed.push_back(std::move(row));
  }
  return changed;
}

PlacedBatch BatchStream::next() {
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) throw std::logic_error("a stream of batches is read before seek()");
  changed_.wait(lock, [this] { return failure_ || !ready_.empty(); });
  if (ready_.empty()) std::rethrow_exception(failure_);
  PlacedBatch batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

// The memory of activations grows with the positions, that of attention weights with their squares, too: for common
// widths both are equal at some thousand positions.
double BatchStream::cost(std::span<const std::uint32_t> pairs) const {
  std::int32_t source = 0, target = 0;
  for (const std::uint32_t pair : pairs) {
    source = std::max(source, pairs_.places()[pair].source_length);
    target = std::max(target, pairs_.places()[pair].target_length);
  }
  return static_cast<double>(pairs.size()) * (source + target) * (1 + std::max(source, target) / 1000.0);
}

Batch BatchStream::worst() const {
  std::vector<std::uint32_t> worst;
  double most = -1;
  for (std::int64_t window = 0; window < batcher_.windows(); ++window) {
    for (auto& pairs : batcher_.window(0, window)) {
      const double of_these = cost(pairs);
      if (of_these <= most) continue;
      most = of_these;
      worst = std::move(pairs);
    }
  }
  return draws_ ? longest_draw(worst) : plain_batch(worst);
}

// Drawn pieces are more than those of the best segmentation, and texts may be joined: by how much differs.
Batch BatchStream::longest_draw(std::span<const std::uint32_t> pairs) const {
  const auto positions = [](const Batch& batch) { return batch.source.numel() + batch.target_in.numel(); };
  // Capitals are rare, and make the longest lines.
  const Augmentation augmentation = draws_->texts ? draws_->texts->augmentation : Augmentation{};
  Batch longest = drawn_batch(pairs, 0, BatchChanges{1, augmentation.upper > 0, augmentation.title > 0});
  for (std::int64_t epoch = 0; epoch < kRehearsedDraws; ++epoch) {
    Batch drawn = drawn_batch(pairs, epoch);
    if (positions(drawn) > positions(longest)) longest = std::move(drawn);
  }
  return longest;
}

std::int64_t BatchStream::batches_in(std::int64_t epoch) const {
  std::int64_t count = 0;
  for (std::int64_t window = 0; window < batcher_.windows(); ++window)
    count += static_cast<std::int64_t>(batcher_.window(epoch, window).size());
  return count;
}

}  // namespace dragoman
