#include "app/cli/signals.h"

#include <csignal>
#include <initializer_list>
#include <unistd.h>

namespace dragoman {
namespace {

volatile std::sig_atomic_t stop_signal_flag = 0;

extern "C" void on_stop_signal(int number) {
  if (stop_signal_flag != 0) ::_exit(128 + number);
  stop_signal_flag = number;
}

}  // namespace

void catch_stop_signals() {
  for (const int number : {SIGINT, SIGTERM}) {
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

}  // namespace dragoman
