#pragma once

#include <nanobind/nanobind.h>

namespace dragoman::python {

void bind_translation(nanobind::module_& module);
void bind_evaluation(nanobind::module_& module);
void bind_training(nanobind::module_& module);

}  // namespace dragoman::python
