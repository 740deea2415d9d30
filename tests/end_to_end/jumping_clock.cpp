// Preloaded into a program: its clock of day and year jumps with each reading, ten years back and one ahead in turn.
// Clocks that only run forward are left alone.

#include <atomic>
#include <ctime>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

std::time_t jump() {
  constexpr std::time_t kYear = 365 * 86'400;
  static std::atomic<unsigned> readings{0};
  return readings++ % 2 == 0 ? -10 * kYear : kYear;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += jump();
  return result;
}

extern "C" int gettimeofday(timeval* time, void* zone) noexcept {
  const auto result = static_cast<int>(syscall(SYS_gettimeofday, time, zone));
  if (result == 0) time->tv_sec += jump();
  return result;
}

extern "C" std::time_t time(std::time_t* result) noexcept {
  timeval now{};
  gettimeofday(&now, nullptr);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}
