#include "training/course/pace.h"

#include <cmath>
#include <fmt/format.h>

namespace dragoman {
namespace {

// No more digits than a forecast deserves.
std::string about(double seconds) {
  constexpr double kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  const auto text = [](double count, const char* unit) {
    const double shown = count < 10 ? std::round(10 * count) / 10 : std::round(count);
    return fmt::format("about {:g} {}{}", shown, unit, shown == 1 ? "" : "s");
  };
  if (seconds < 1.5 * kMinute) return text(std::ceil(seconds), "second");
  if (seconds < 1.5 * kHour) return text(std::round(seconds / kMinute), "minute");
  if (seconds < 2 * kDay) return text(seconds / kHour, "hour");
  return text(seconds / kDay, "day");
}

}  // namespace

std::optional<std::string> Forecast::due(double run, std::optional<double> remaining) {
  if (told_ || run < kAfter || !remaining) return std::nullopt;
  told_ = true;
  return about(*remaining);
}

}  // namespace dragoman
