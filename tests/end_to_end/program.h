#pragma once

#include "tests/base/temporary_folder.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace dragoman {

/// How a program ended and what it said.
struct Ended {
  int exit_code = -1;  ///< 128 + the signal that killed it, as in a shell
  std::string out;
  std::string err;
};

struct ProgramOptions {
  std::string input;                          ///< its stdin
  std::vector<std::string> environment;       ///< NAME=value, added to the present one
  std::string output_path;                    ///< where stdout goes, if not into Ended::out
  std::optional<std::uint64_t> largest_file;  ///< no file may grow beyond so many bytes, as on a full disk
  std::optional<std::uint64_t> memory;        ///< it may have so many bytes of address space
  std::chrono::seconds time_limit{120};       ///< killed after that; exit_code 137
};

/// A running program, its output caught in files. The destructor kills it if it still runs.
class Program {
 public:
  explicit Program(const std::vector<std::string>& words, const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) const;
  /// What it has written to stderr so far.
  std::string err_so_far() const;
  /// Waits until stderr contains `text`; false if the program ended or the time ran out before that.
  bool wait_for(const std::string& text);
  Ended wait();

 private:
  bool poll_end();

  TemporaryFolder folder_;
  std::chrono::steady_clock::time_point deadline_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// Runs dragoman with these arguments.
Ended dragoman(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// The words that start dragoman with these arguments, for Program.
std::vector<std::string> dragoman_words(const std::vector<std::string>& arguments);

/// Runs a line of sh; $DRAGOMAN is the program.
Ended shell(const std::string& script, const ProgramOptions& options = {});

std::string read_text(const std::string& path);
std::size_t count_lines(const std::string& text);
std::vector<std::string> lines_of(const std::string& text);

/// Expects exit code `code`, an empty stdout and a stderr of the one line "dragoman: MESSAGE" where MESSAGE contains
/// every one of `parts`.
void expect_refusal(const Ended& ended, int code, const std::vector<std::string>& parts);

}  // namespace dragoman
