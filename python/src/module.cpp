#include "module.h"

#include <dragoman/command.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;

NB_MODULE(_dragoman, module) {
  using namespace dragoman;
  nb::set_leak_warnings(false);  // objects that live as long as the interpreter are no leaks
  python::bind_translation(module);
  python::bind_evaluation(module);
  python::bind_training(module);
  module.def("version", &api::version);
  module.def("run_command", &api::run_command, nb::arg("arguments"), nb::call_guard<nb::gil_scoped_release>());
}
