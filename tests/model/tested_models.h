#pragma once

#include "model/model_config.h"

#include <ostream>
#include <string>
#include <vector>

namespace dragoman {

/// A model whose properties are tested, by a name that says what is special about it.
struct TestedModel {
  std::string name;
  ModelConfig config;
};

inline void PrintTo(const TestedModel& tested, std::ostream* stream) {
  *stream << tested.name;
}

/// One for each architecture and form, and some that combine them. Widths are a few numbers, layers two.
std::vector<TestedModel> tested_models();

}  // namespace dragoman
