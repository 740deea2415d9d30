#include "interruptible.h"

#include <chrono>
#include <exception>
#include <future>
#include <thread>
#include <utility>

namespace dragoman::python {

namespace nb = nanobind;

void run_interruptibly(const std::function<void(const std::stop_token& stop)>& work) {
  constexpr std::chrono::milliseconds kPeriod{50};  // between looks for signals
  std::promise<void> promise;
  std::future<void> done = promise.get_future();
  std::jthread thread([&work, promise = std::move(promise)](const std::stop_token& stop) mutable {
    try {
      work(stop);
      promise.set_value();
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  });
  const auto wait = [&](bool for_ever) {
    const nb::gil_scoped_release unlocked;
    if (for_ever) done.wait();
    return for_ever || done.wait_for(kPeriod) == std::future_status::ready;
  };
  while (!wait(false)) {
    if (PyErr_CheckSignals() == 0) continue;
    nb::python_error raised;
    thread.request_stop();
    wait(true);
    throw raised;
  }
  done.get();
}

bool Callback::operator()(const std::function<nb::object()>& make_argument) {
  const nb::gil_scoped_acquire locked;
  if (error_) return false;
  try {
    return !function_(make_argument()).is(Py_False);
  } catch (...) {
    error_ = std::current_exception();
    return false;
  }
}

void Callback::raise_error() {
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace dragoman::python
