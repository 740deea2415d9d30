#pragma once

#include <functional>
#include <nanobind/nanobind.h>
#include <stop_token>

namespace dragoman::python {

/// Runs `work` in a thread of its own, without the interpreter's lock, until it ends. A signal whose handler raises, as
/// Ctrl-C does, stops it: the exception follows as soon as the work has ended. Rethrows what `work` throws.
void run_interruptibly(const std::function<void(const std::stop_token& stop)>& work);

/// A function of Python's that is called from such work. What it raises stops the work, and is raised at its end.
class Callback {
 public:
  /// None: nothing is called. Call with the interpreter's lock, as the destructor.
  explicit Callback(nanobind::object function) : function_(std::move(function)) {}

  bool is_there() const { return !function_.is_none(); }

  /// make_argument: called with the lock. Returns whether the work may go on, which False and exceptions
  /// say that it may not.
  bool operator()(const std::function<nanobind::object()>& make_argument);

  /// Call with the lock.
  void raise_error();

 private:
  nanobind::object function_;
  std::exception_ptr error_;
};

}  // namespace dragoman::python
