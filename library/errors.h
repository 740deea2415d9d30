#pragma once

#include "app/failure.h"
#include "decoding/search/interruption.h"

#include <dragoman/translator.h>
#include <exception>
#include <stdexcept>
#include <string>

namespace dragoman {

/// Does the work of a call of the library. What it throws, of whichever library, reaches the caller as the interface
/// has it: one of three types, with one line that says what is wrong.
template <typename Work>
auto with_clear_errors(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Interrupted& interrupted) {
    throw api::Interrupted(interrupted.what());
  } catch (const std::exception& error) {
    const Failure failure = describe_failure(error);
    if (failure.exit_code == 2) throw std::invalid_argument(failure.message);
    throw std::runtime_error(failure.message);
  }
}

}  // namespace dragoman
