#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dragoman {

/// Keeps some of a sequence of unknown length, evenly spaced from its first on: at least `limit` of them if there are
/// as many, and less than twice that.
template <typename Value>
class EvenSample {
 public:
  /// limit: at least 1.
  explicit EvenSample(std::size_t limit) : limit_(limit) {}

  /// The next of the sequence. `make` is called for what is kept, at least for now.
  template <typename Make>
  void add(const Make& make) {
    if (seen_++ % stride_ != 0) return;
    values_.push_back(make());
    if (values_.size() < 2 * limit_) return;
    for (std::size_t i = 1; i < limit_; ++i) values_[i] = std::move(values_[2 * i]);
    values_.resize(limit_);
    stride_ *= 2;
  }

  const std::vector<Value>& values() const { return values_; }

 private:
  std::size_t limit_;
  std::int64_t seen_ = 0, stride_ = 1;
  std::vector<Value> values_;
};

}  // namespace dragoman
