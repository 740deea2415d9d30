#pragma once

#include "app/cli/log.h"

#include <chrono>
#include <optional>
#include <string>

namespace dragoman {

/// How far a long piece of work has come.
struct Progress {
  std::string position;            ///< "step 450, epoch 3", "450/1000 lines"
  std::optional<double> fraction;  ///< of the whole, in [0, 1]; none if the end is unknown
  double tokens_per_second = 0;    ///< 0: unknown
  std::optional<double> loss;
  double elapsed = 0;               ///< seconds of this run
  std::optional<double> remaining;  ///< seconds left
};

/// "42 s" under a minute, else "3:07" or "1:02:03"; rounded to whole seconds.
std::string format_duration(double seconds);

/// One line of plain text, e.g. "step 450, epoch 3, 9931 tokens/s, loss 3.214, 0:42 left".
std::string format_progress_line(const Progress& progress);

/// The same with a bar in front, in at most `width` columns: where that is narrow the bar goes first, then the figures
/// from the right.
std::string format_progress_bar(const Progress& progress, int width, bool color);

/// Shows Progress on a Log: a bar that moves on a terminal, elsewhere a line now and then.
class ProgressBar {
 public:
  /// line_period: the least time between two plain lines.
  explicit ProgressBar(Log& log, std::chrono::duration<double> line_period = std::chrono::seconds(10));
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Cheap enough for every step: most calls only look at the clock.
  void update(const Progress& progress);

  /// Removes the bar.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  Log& log_;
  std::chrono::duration<double> period_;
  Clock::time_point shown_;
};

}  // namespace dragoman
