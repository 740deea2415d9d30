#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dragoman {

/// log.jsonl: one JSON object a line, flushed as it is written.
class TrainLog {
 public:
  using Value = std::variant<std::int64_t, double, std::string>;
  using Entry = std::vector<std::pair<std::string, Value>>;

  /// Opens `file` to go on behind `step`: entries of later steps, which a resumed training will write again, are
  /// removed.
  TrainLog(const std::filesystem::path& file, std::int64_t step);

  /// Appends {"event": event, "step": step, entry...}. Throws std::runtime_error naming the file if it cannot be
  /// written.
  void write(const std::string& event, std::int64_t step, const Entry& entry);

 private:
  std::filesystem::path file_;
  std::ofstream stream_;
};

}  // namespace dragoman
