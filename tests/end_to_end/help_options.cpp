#include "tests/end_to_end/help_options.h"

#include <gtest/gtest.h>
#include <regex>

namespace dragoman {

std::vector<std::string> listed_commands() {
  static const std::regex kLine("  dragoman ([a-z]+)  +[a-z].*");
  std::vector<std::string> commands;
  for (const std::string& line : lines_of(dragoman({"--help"}).out)) {
    if (std::smatch match; std::regex_match(line, match, kLine)) commands.push_back(match[1]);
  }
  EXPECT_GT(commands.size(), 15u);
  return commands;
}

std::vector<std::string> listed_options(const std::string& command) {
  static const std::regex kLine("  (-[a-zA-Z] \\[ )?--(\\[no-\\])?([a-z0-9-]+).*");
  std::vector<std::string> options;
  for (const std::string& line : lines_of(dragoman({command, "--help", "all"}).out)) {
    std::smatch match;
    if (!std::regex_match(line, match, kLine) || line.find(" LIST ") != std::string::npos) continue;
    options.push_back("--" + match[3].str());
    if (match[2].matched) options.push_back("--no-" + match[3].str());
    if (match[1].matched) options.push_back(match[1].str().substr(0, 2));
  }
  EXPECT_GT(options.size(), 4u) << command;
  return options;
}

}  // namespace dragoman
