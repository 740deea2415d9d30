#pragma once

namespace dragoman {

/// From now on SIGINT and SIGTERM only set a flag, so that work can be saved; a second one leaves the program at once
/// with exit code 128 + its number. A signal that the parent has set to be ignored stays ignored.
void catch_stop_signals();

/// The signal that asks the program to stop, or 0.
int stop_signal();

}  // namespace dragoman
