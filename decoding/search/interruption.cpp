#include "decoding/search/interruption.h"

namespace dragoman {

Interrupted::Interrupted(Reason reason)
    : std::runtime_error(reason == Reason::stopped ? "stopped" : "the time for it is over"), reason_(reason) {}

void Interruption::check() const {
  if (stop.stop_requested()) throw Interrupted(Interrupted::Reason::stopped);
  if (deadline && std::chrono::steady_clock::now() >= *deadline) throw Interrupted(Interrupted::Reason::deadline);
}

std::unique_ptr<const NextTokens> InterruptibleScorer::step(std::span<const std::int32_t> previous,
                                                            std::span<const std::int64_t> parents) {
  interruption_.check();
  return scorer_.step(previous, parents);
}

}  // namespace dragoman
