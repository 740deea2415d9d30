#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace dragoman {

/// Bytes that there are for many. Threads may share it.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes) : left_(bytes) {}

  std::size_t left() const { return left_; }

  /// What one of them has, given back with it. The budget must outlive it.
  class Share {
   public:
    Share() = default;
    explicit Share(ByteBudget& budget) : budget_(&budget) {}
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_) budget_->left_ += bytes_;
    }

    /// Has so many bytes from now on, no fewer than before. False, and what it had, if so many are not left.
    bool grow_to(std::size_t bytes);

   private:
    ByteBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

 private:
  std::atomic<std::size_t> left_;
};

inline bool ByteBudget::Share::grow_to(std::size_t bytes) {
  if (bytes <= bytes_) return true;
  const std::size_t more = bytes - bytes_;
  std::size_t left = budget_->left_;
  do {
    if (left < more) return false;
  } while (!budget_->left_.compare_exchange_weak(left, left - more));
  bytes_ = bytes;
  return true;
}

}  // namespace dragoman
