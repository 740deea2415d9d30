#include "app/cli/signals.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <unistd.h>

namespace dragoman {
namespace {

constexpr std::array kStopSignals = {SIGINT, SIGTERM};

volatile std::sig_atomic_t stop_signal_flag = 0;

extern "C" void on_stop_signal(int number) {
  if (stop_signal_flag != 0) ::_exit(128 + number);
  stop_signal_flag = number;
}

// Puts back how the signals are handled now at the end of its scope.
class KeptHandling {
 public:
  KeptHandling() {
    for (std::size_t i = 0; i < kStopSignals.size(); ++i) ::sigaction(kStopSignals[i], nullptr, &actions_[i]);
  }
  ~KeptHandling() {
    for (std::size_t i = 0; i < kStopSignals.size(); ++i) ::sigaction(kStopSignals[i], &actions_[i], nullptr);
  }
  KeptHandling(const KeptHandling&) = delete;
  KeptHandling& operator=(const KeptHandling&) = delete;

 private:
  std::array<struct sigaction, kStopSignals.size()> actions_{};
};

void throw_if_stopped() {
  if (stop_signal() != 0) throw Stopped(stop_signal());
}

}  // namespace

Stopped::Stopped(int signal)
    : std::runtime_error(signal == SIGINT ? "stopped by SIGINT" : "stopped by SIGTERM"), exit_code_(128 + signal) {}

void catch_stop_signals() {
  for (const int number : kStopSignals) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = on_stop_signal;
    // Reads and writes go on after the signal; a read that waits for a terminal or pipe must not.
    action.sa_flags = 0;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
}

int stop_signal() {
  return stop_signal_flag;
}

// A signal that comes when the work is done ends the program either way: by the flag, or by itself.
void do_stoppably(const std::function<void(const StopCheck& stop)>& work) {
  {
    const KeptHandling kept;
    catch_stop_signals();
    work(throw_if_stopped);
  }
  throw_if_stopped();
}

}  // namespace dragoman
