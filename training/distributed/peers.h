#pragma once

#include "training/distributed/process_group.h"

#include <cstdint>
#include <string>

namespace dragoman {

/// The processes that train together, as one of them sees them. It may be alone, and then it speaks for all. All of
/// them must call the same functions in the same order.
class Peers {
 public:
  /// group: must outlive this object and its copies; null: this process is alone.
  explicit Peers(ProcessGroup* group = nullptr) : group_(group) {}

  ProcessGroup* group() const { return group_; }
  bool is_alone() const { return !group_; }
  bool is_first() const { return !group_ || group_->is_first(); }
  int rank() const { return group_ ? group_->rank() : 0; }
  int local_rank() const { return group_ ? group_->local_rank() : 0; }
  int size() const { return group_ ? group_->size() : 1; }

  /// Whether any of them wishes so.
  bool any(bool wish) const;

  /// The least of what they have.
  std::int64_t least(std::int64_t value) const;

  /// Rank 0's text, for all. `text` is of interest in rank 0 only.
  std::string from_first(const std::string& text) const;

 private:
  ProcessGroup* group_;
};

}  // namespace dragoman
