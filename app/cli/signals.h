#pragma once

#include "base/stop_check.h"

#include <functional>
#include <stdexcept>

namespace dragoman {

/// From now on SIGINT and SIGTERM only set a flag, so that work can be saved; a second one leaves the program at once
/// with exit code 128 + its number. A signal that the parent has set to be ignored stays ignored.
void catch_stop_signals();

/// The signal that asks the program to stop, or 0.
int stop_signal();

/// Work was given up since a signal asked the program to stop.
class Stopped : public std::runtime_error {
 public:
  explicit Stopped(int signal);

  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

/// Does work that leaves something behind if it ends in the middle. As long as it lasts SIGINT and SIGTERM are caught
/// as by catch_stop_signals(), and `stop` throws Stopped behind one; so does this function if the work is done then.
void do_stoppably(const std::function<void(const StopCheck& stop)>& work);

}  // namespace dragoman
