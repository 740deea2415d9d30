#pragma once

#include <optional>
#include <string>

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

/// Tells how long a training takes, once, when it has run for long enough to know.
class Forecast {
 public:
  /// Seconds of a run.
  static constexpr double kAfter = 60;

  /// "about 52 minutes", to be told now; else nothing. run: seconds that it has lasted; remaining: what Pace says.
  std::optional<std::string> due(double run, std::optional<double> remaining);

 private:
  bool told_ = false;
};

}  // namespace dragoman
