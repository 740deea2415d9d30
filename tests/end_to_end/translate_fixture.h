#pragma once

#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {

// The tiny model, and a file of lines in its language.
class Translate : public ::testing::Test {
 protected:
  Ended translate(std::vector<std::string> arguments, const ProgramOptions& options = {}) const {
    arguments.insert(arguments.begin(), {"translate", "--model", model_, "--threads", "1"});
    return dragoman(arguments, options);
  }

  Ended translate_text(const std::string& input, const std::vector<std::string>& arguments = {}) const {
    ProgramOptions options;
    options.input = input;
    return translate(arguments, options);
  }

  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::vector<std::string> lines_ = tiny_source_lines(40, 7);
  const std::string input_ = folder_.file("input", join_lines(lines_));
};

}  // namespace dragoman
