#pragma once

#include <optional>

namespace dragoman {

/// How long a training still takes, by the pace of this run alone: an earlier one may have been on another machine, or
/// stood still.
class Pace {
 public:
  /// Seconds to the end when `fraction` of the way, from 0 to 1, lies behind at `seconds`, on any clock. Nothing before
  /// there is a way from the first call to this one, or when it went backwards.
  std::optional<double> remaining(double fraction, double seconds) {
    if (!start_ || fraction < start_->fraction) start_ = Mark{fraction, seconds};
    const double done = fraction - start_->fraction;
    if (done <= 0) return std::nullopt;
    return (seconds - start_->seconds) * (1 - fraction) / done;
  }

 private:
  struct Mark {
    double fraction, seconds;
  };
  std::optional<Mark> start_;
};

}  // namespace dragoman
