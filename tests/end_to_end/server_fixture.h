#pragma once

#include "tests/app/serve/connection.h"
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {

/// `dragoman serve` at a port of the system's choice.
class Server {
 public:
  explicit Server(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"serve", "--port", "0", "--threads", "2"});
    program_ = std::make_unique<Program>(dragoman_words(arguments));
    const std::string announced = "listening on http://127.0.0.1:";
    if (!program_->wait_for(announced)) throw std::runtime_error("no server: " + program_->wait().err);
    // The line is written whole, but may be read before its end.
    std::string said;
    while ((said = program_->err_so_far()).find('\n', said.find(announced)) == std::string::npos) continue;
    port_ = static_cast<std::uint16_t>(std::stoi(said.substr(said.find(announced) + announced.size())));
  }

  std::uint16_t port() const { return port_; }
  Program& program() { return *program_; }

  Answer ask(const std::string& request) const { return dragoman::ask(port_, request); }
  /// Of a form, or JSON where the body is an object.
  Answer post(const std::string& path, const std::string& body, const std::vector<std::string>& headers = {}) const {
    const char* const type = body.starts_with("{") ? "application/json" : "application/x-www-form-urlencoded";
    return ask(dragoman::post(path, body, type, headers));
  }
  nlohmann::json json(const std::string& path, const std::string& body) const {
    return nlohmann::json::parse(post(path, body).body);
  }
  nlohmann::json json(const std::string& path) const { return nlohmann::json::parse(ask(get(path)).body); }

  /// How it ends after a signal.
  Ended end(int signal) {
    program_->send(signal);
    return program_->wait();
  }

 private:
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
};

/// The tiny model as one from English to German.
inline std::string served_model() {
  return "en:de=" + shared_model();
}

/// What `dragoman translate` makes of the lines.
inline std::vector<std::string> translated_lines(const std::vector<std::string>& lines,
                                                 const std::vector<std::string>& arguments = {}) {
  ProgramOptions options;
  options.input = join_lines(lines);
  std::vector<std::string> words = {"translate", "--model", shared_model()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return lines_of(dragoman(words, options).out);
}

/// A request that is wrong, and what the answer says of it.
inline void expect_failure(const Answer& answer, int status, const std::string& message) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(nlohmann::json::parse(answer.body), (nlohmann::json{{"error", message}}));
}

}  // namespace dragoman
