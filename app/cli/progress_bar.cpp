#include "app/cli/progress_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace dragoman {
namespace {

constexpr std::chrono::duration<double> kBarPeriod{0.1};
constexpr int kBarColumns = 24;

// What is shown, the most important first.
std::vector<std::string> parts(const Progress& progress) {
  std::vector<std::string> parts = {progress.position};
  if (progress.tokens_per_second > 0) parts.push_back(fmt::format("{:.0f} tokens/s", progress.tokens_per_second));
  if (progress.loss) parts.push_back(fmt::format("loss {:.3f}", *progress.loss));
  if (progress.remaining) {
    parts.push_back(format_duration(*progress.remaining) + " left");
  } else {
    parts.push_back(format_duration(progress.elapsed));
  }
  return parts;
}

// "[=====>    ] " in `columns`, the space included.
std::string bar(double share, int columns, bool color) {
  const int inside = columns - 3;
  const int filled = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * inside));
  std::string text(static_cast<std::size_t>(filled), '=');
  if (filled > 0 && filled < inside) text.back() = '>';
  const std::string rest(static_cast<std::size_t>(inside - filled), ' ');
  return color ? fmt::format("[\x1b[32m{}\x1b[0m{}] ", text, rest) : fmt::format("[{}{}] ", text, rest);
}

}  // namespace

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) seconds = 0;
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  const std::int64_t minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

std::string format_progress_line(const Progress& progress) {
  return fmt::format("{}", fmt::join(parts(progress), ", "));
}

std::string format_progress_bar(const Progress& progress, int width, bool color) {
  std::vector<std::string> figures = parts(progress);
  std::string text = fmt::format("{}", fmt::join(figures, "  "));
  while (figures.size() > 1 && static_cast<int>(text.size()) > width) {
    figures.pop_back();
    text = fmt::format("{}", fmt::join(figures, "  "));
  }
  text.resize(std::min(text.size(), static_cast<std::size_t>(std::max(width, 0))));
  const int left = width - static_cast<int>(text.size());
  if (!progress.fraction || left < 8) return text;
  return bar(*progress.fraction, std::min(left, kBarColumns), color) + text;
}

ProgressBar::ProgressBar(Log& log, std::chrono::duration<double> line_period)
    : log_(log), period_(log.is_terminal() ? kBarPeriod : line_period), shown_(Clock::now()) {}

ProgressBar::~ProgressBar() {
  finish();
}

void ProgressBar::update(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (now - shown_ < period_) return;
  shown_ = now;
  if (log_.is_terminal()) {
    // The last column stays free: some terminals wrap as soon as it is written.
    log_.status(format_progress_bar(progress, log_.width() - 1, log_.has_color()));
  } else {
    log_.line(format_progress_line(progress));
  }
}

void ProgressBar::finish() {
  log_.status("");
}

}  // namespace dragoman
