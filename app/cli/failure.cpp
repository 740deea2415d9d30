#include "app/cli/failure.h"

#include "base/markup.h"

#include <filesystem>
#include <fmt/format.h>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace dragoman {
namespace {

std::string sentence(const std::filesystem::filesystem_error& error) {
  std::string names = error.path1().string();
  if (!error.path2().empty()) names += " and " + error.path2().string();
  return fmt::format("{}: {}", names, error.code().message());
}

std::string sentence(const std::system_error& error) {
  if (error.code() == std::errc::resource_unavailable_try_again) {
    return "cannot start a thread: there is no memory for it, or no more are allowed (ulimit -u); choose fewer "
           "--threads";
  }
  return error.what();
}

std::string message_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error)) return "out of memory";
  if (const auto* of_file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) return sentence(*of_file);
  if (const auto* of_system = dynamic_cast<const std::system_error*>(&error)) return sentence(*of_system);
  if (const auto* of_json = dynamic_cast<const nlohmann::json::exception*>(&error)) {
    // "[json.exception.parse_error.101] parse error at line 1": whoever reads a file says more.
    const std::string_view what = of_json->what();
    return fmt::format("damaged JSON: {}", what.substr(what.find("] ") + 2));
  }
  return error.what();
}

}  // namespace

Failure describe_own_failure(const std::exception& error) {
  constexpr int kFailed = 1;
  constexpr int kWrongUsage = 2;
  const bool is_usage = dynamic_cast<const std::invalid_argument*>(&error) != nullptr;
  return {printable(message_of(error)), is_usage ? kWrongUsage : kFailed};
}

}  // namespace dragoman
