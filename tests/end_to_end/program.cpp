#include "tests/end_to_end/program.h"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace dragoman {
namespace {

void redirect(int descriptor, const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags, 0666);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
  ::close(file);
}

}  // namespace

Program::Program(const std::vector<std::string>& words, const ProgramOptions& options)
    : deadline_(std::chrono::steady_clock::now() + options.time_limit) {
  const std::string in = folder_.file("in", options.input);
  const std::string out = options.output_path.empty() ? folder_ / "out" : options.output_path;
  const std::string err = folder_ / "err";
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;

  redirect(STDIN_FILENO, in, O_RDONLY);
  redirect(STDOUT_FILENO, out, O_WRONLY | O_CREAT);
  redirect(STDERR_FILENO, err, O_WRONLY | O_CREAT);
  for (const std::string& variable : options.environment) ::putenv(const_cast<char*>(variable.c_str()));
  if (options.largest_file) {
    const rlimit limit{*options.largest_file, *options.largest_file};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
  }
  if (options.memory) {
    const rlimit limit{*options.memory, *options.memory};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Program::~Program() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
  }
}

void Program::send(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

std::string Program::err_so_far() const {
  return read_text(folder_ / "err");
}

bool Program::poll_end() {
  if (!ended_) ended_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
  if (!ended_ && std::chrono::steady_clock::now() > deadline_) ::kill(pid_, SIGKILL);
  return ended_;
}

bool Program::wait_for(const std::string& text) {
  for (;;) {
    const bool ended = poll_end();
    if (err_so_far().find(text) != std::string::npos) return true;
    if (ended) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Ended Program::wait() {
  while (!poll_end()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  Ended result;
  result.exit_code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  result.out = read_text(folder_ / "out");
  result.err = err_so_far();
  return result;
}

std::vector<std::string> dragoman_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {DRAGOMAN_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

Ended dragoman(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  return Program(dragoman_words(arguments), options).wait();
}

Ended shell(const std::string& script, const ProgramOptions& options) {
  ProgramOptions with_binary = options;
  with_binary.environment.push_back("DRAGOMAN=" DRAGOMAN_BINARY);
  return Program({"/bin/sh", "-c", script}, with_binary).wait();
}

std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void expect_refusal(const Ended& ended, int code, const std::vector<std::string>& parts) {
  EXPECT_EQ(ended.exit_code, code);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, ::testing::StartsWith("dragoman: "));
  EXPECT_EQ(count_lines(ended.err), 1u) << ended.err;
  for (const std::string& part : parts) EXPECT_THAT(ended.err, ::testing::HasSubstr(part));
}

}  // namespace dragoman
