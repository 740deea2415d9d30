#include "training/train_log.h"

#include "base/atomic_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// A line that a crash cut short counts as of a later step.
bool is_of_later_step(const std::string& line, std::int64_t step) {
  const Json json = Json::parse(line, nullptr, false);
  return !json.is_object() || json.value("step", step + 1) > step;
}

void remove_later_entries(const std::filesystem::path& file, std::int64_t step) {
  std::istringstream lines(read_file(file));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!is_of_later_step(line, step)) kept += line + "\n";
  }
  write_file_atomically(file, kept);
}

}  // namespace

TrainLog::TrainLog(const std::filesystem::path& file, std::int64_t step) : file_(file) {
  if (std::filesystem::exists(file)) remove_later_entries(file, step);
  stream_.open(file, std::ios::app);
  if (!stream_) throw std::runtime_error(fmt::format("{}: cannot be written", file.string()));
}

void TrainLog::write(const std::string& event, std::int64_t step, const Entry& entry) {
  Json json = {{"event", event}, {"step", step}};
  for (const auto& [key, value] : entry) {
    std::visit([&](const auto& known) { json[key] = known; }, value);
  }
  stream_ << json.dump() << '\n' << std::flush;
  if (!stream_) throw std::runtime_error(fmt::format("{}: cannot be written; is the disk full?", file_.string()));
}

}  // namespace dragoman
