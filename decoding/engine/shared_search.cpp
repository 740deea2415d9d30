#include "decoding/engine/shared_search.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <exception>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace dragoman {
namespace {

// Steps after which a worker serves another model, if one waits for it.
constexpr int kTurn = 16;

// Of a batch one part in so many, joining together, are worth the encoder's pass.
constexpr std::size_t kLeastShare = 4;

// Steps for which fewer wait for others to join with.
constexpr int kPatience = 4;

}  // namespace

// Of run(): what somebody waits for.
struct SharedSearch::Call {
  std::span<const Sentence> sentences = {};
  std::vector<std::size_t> order = {};  // the longest first
  std::size_t next = 0;                 // of these, the first that waits
  std::size_t open = 0;                 // that are not found
  bool abandoned = false;
  std::vector<std::vector<Hypothesis>> found = {};
  std::condition_variable_any done = {};

  std::size_t waiting() const { return order.size() - next; }
};

struct SharedSearch::Batch {
  std::unique_ptr<BatchScorer> scorer;
  std::unique_ptr<BeamSearch> search;
  std::unordered_map<std::size_t, Place> places;  // of sentences, by their numbers in the search
  std::vector<Place> joining;                     // that are to have such numbers
  bool counted = false;                           // among the filled ones
  int passed_over = 0;                            // steps that those have waited who might have joined

  std::size_t longest() const {
    std::size_t longest = 1;
    for (const auto& [number, place] : places) longest = std::max(longest, place.get().source.longest());
    return longest;
  }
};

const SharedSearch::Sentence& SharedSearch::Place::get() const {
  return call->sentences[sentence];
}

SharedSearch::SharedSearch(const Workers& workers, Start start, const SearchTokens& tokens,
                           const SearchOptions& options, std::vector<const Constraint*> of_all, const Limits& limits)
    : workers_(workers),
      start_(std::move(start)),
      tokens_(tokens),
      options_(options),
      of_all_(std::move(of_all)),
      limits_(limits),
      chooser_(tokens.eos),
      most_batches_(static_cast<std::size_t>(workers.count())) {
  options_.validate();
  unserved_.reserve(most_batches_);
}

SharedSearch::~SharedSearch() {
  Lock lock(mutex_);
  idle_.wait(lock, [this] { return serving_ == 0; });
}

std::vector<std::vector<Hypothesis>> SharedSearch::run(std::span<const Sentence> sentences,
                                                       const Interruption& interruption) {
  interruption.check();
  Call call;
  call.sentences = sentences;
  call.found.resize(sentences.size());
  if (sentences.empty()) return {};
  call.order.resize(sentences.size());
  std::iota(call.order.begin(), call.order.end(), std::size_t{0});
  std::ranges::stable_sort(call.order, std::greater(), [&](std::size_t i) { return sentences[i].source.longest(); });
  call.open = sentences.size();

  Lock lock(mutex_);
  calls_.push_back(&call);
  waiting_ += sentences.size();
  try {
    hire();
  } catch (...) {
    abandon(call);
    throw;
  }
  const auto is_done = [&] { return call.open == 0; };
  const bool done = interruption.deadline
                        ? call.done.wait_until(lock, interruption.stop, *interruption.deadline, is_done)
                        : call.done.wait(lock, interruption.stop, is_done);
  if (done) return std::move(call.found);
  abandon(call);
  call.done.wait(lock, is_done);
  lock.unlock();
  interruption.check();
  return std::move(call.found);
}

// As many workers as there is work for.
void SharedSearch::hire() {
  const std::size_t wanted = std::min(most_batches_, serving_ + unserved_.size() + waiting_);
  for (; serving_ < wanted; ++serving_) workers_.post([this] { serve(); });
}

void SharedSearch::serve() {
  const c10::InferenceMode no_gradients;
  Lock lock(mutex_);
  std::unique_ptr<Batch> batch;
  try {
    if (unserved_.empty()) {
      batch = std::make_unique<Batch>();
    } else {
      batch = std::move(unserved_.back());
      unserved_.pop_back();
    }
    for (int steps = 0; steps < kTurn && advance(*batch, lock); ++steps) {
    }
    if (!batch->places.empty()) unserved_.push_back(std::move(batch));
  } catch (...) {
    if (batch) give_up(*batch);
  }
  --serving_;
  try {
    hire();
  } catch (...) {
    if (serving_ == 0) give_up_all();
  }
  if (serving_ == 0) idle_.notify_all();
}

// No memory is left for the books: those who wait search alone, and see.
void SharedSearch::give_up_all() {
  for (const auto& batch : unserved_) give_up(*batch);
  unserved_.clear();
  while (!calls_.empty()) close_waiting(*calls_.front());
}

// One step, for which sentences leave and join. False if there is nothing to do.
bool SharedSearch::advance(Batch& batch, Lock& lock) {
  drop_abandoned(batch);
  take(batch);
  if (batch.places.empty() && batch.joining.empty()) return false;
  filled_ += batch.counted ? 0 : 1;
  batch.counted = true;
  lock.unlock();
  std::vector<BeamSearch::Found> found;
  bool failed = false;
  try {
    join(batch);
    found = batch.search->step(*batch.scorer);
  } catch (...) {
    failed = true;
  }
  lock.lock();
  if (failed) {
    give_up(batch);
    return true;
  }
  for (BeamSearch::Found& one : found) {
    const Place& place = batch.places.at(one.number);
    place.call->found[place.sentence] = std::move(one.hypotheses);
    leave(batch, one.number);
  }
  clear_if_empty(batch);
  return true;
}

// Nothing is found for its sentences.
void SharedSearch::give_up(Batch& batch) {
  for (const Place& place : batch.joining) close(*place.call, 1);
  for (const auto& [number, place] : batch.places) close(*place.call, 1);
  batch.joining.clear();
  batch.places.clear();
  clear_if_empty(batch);
}

void SharedSearch::clear_if_empty(Batch& batch) {
  if (!batch.places.empty()) return;
  filled_ -= batch.counted ? 1 : 0;
  batch = Batch();
}

// Sentences that join the batch now: of each call one in turn.
void SharedSearch::take(Batch& batch) {
  const std::size_t present = batch.places.size();
  std::size_t room = limits_.sentences - std::min(present, limits_.sentences);
  if (present == 0) {
    // Workers that have nothing to do share what there is.
    const std::size_t idle = most_batches_ - std::min(filled_, most_batches_ - 1);
    room = std::min(room, (waiting_ + idle - 1) / idle);
  } else if (std::min(room, waiting_) < present / kLeastShare) {
    const bool all_fit = waiting_ > 0 && waiting_ <= room;
    if (!all_fit || ++batch.passed_over < kPatience) return;
  }
  batch.passed_over = 0;
  std::vector<Place>& taken = batch.joining;
  std::size_t longest = batch.longest();
  while (taken.size() < room && !calls_.empty()) {
    Call& call = *calls_.front();
    const std::size_t sentence = call.order[call.next];
    longest = std::max(longest, call.sentences[sentence].source.longest());
    const std::size_t count = present + taken.size();
    if (count > 0 && (count + 1) * longest > limits_.tokens) break;
    taken.push_back({&call, sentence});
    ++call.next;
    --waiting_;
    // Behind the others; what may fail comes first.
    if (call.waiting() > 0) calls_.push_back(&call);
    calls_.pop_front();
  }
}

void SharedSearch::join(Batch& batch) const {
  if (batch.joining.empty()) return;
  std::vector<SourceIds> sources;
  for (const Place& place : batch.joining) sources.push_back(place.get().source);
  std::unique_ptr<BatchScorer> scorer = start_(sources);
  if (batch.scorer) {
    batch.scorer->join(*scorer);
  } else {
    batch.scorer = std::move(scorer);
    batch.search = std::make_unique<BeamSearch>(tokens_, options_, of_all_, chooser_);
  }
  // In the order of the sources.
  while (!batch.joining.empty()) {
    const Place place = batch.joining.front();
    batch.places.emplace(batch.search->add(place.get().asked), place);
    batch.joining.erase(batch.joining.begin());
  }
}

void SharedSearch::leave(Batch& batch, std::size_t number) {
  const auto place = batch.places.find(number);
  close(*place->second.call, 1);
  batch.places.erase(place);
}

// So many sentences are no longer waited for.
void SharedSearch::close(Call& call, std::size_t sentences) {
  call.open -= sentences;
  if (call.open == 0) call.done.notify_all();
}

void SharedSearch::close_waiting(Call& call) {
  std::erase(calls_, &call);
  const std::size_t waiting = call.waiting();
  call.next = call.order.size();
  waiting_ -= waiting;
  close(call, waiting);
}

// What workers have of it they leave before their next step.
void SharedSearch::abandon(Call& call) {
  call.abandoned = true;
  close_waiting(call);
  for (const auto& batch : unserved_) drop_abandoned(*batch);
  std::erase_if(unserved_, [](const auto& batch) { return batch->places.empty(); });
}

void SharedSearch::drop_abandoned(Batch& batch) {
  for (auto known = batch.places.begin(); known != batch.places.end();) {
    const auto& [number, place] = *known;
    if (!place.call->abandoned) {
      ++known;
      continue;
    }
    batch.search->drop(number);
    close(*place.call, 1);
    known = batch.places.erase(known);
  }
  clear_if_empty(batch);
}

}  // namespace dragoman
