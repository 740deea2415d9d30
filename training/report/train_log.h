#pragma once

#include "training/report/event_file.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dragoman {

/// What happens in a training, for people and other programs. In its folder:
///   log.jsonl                             one JSON object a line, flushed as it is written
///   curves.html                           the same as curves, as of the last draw_curves()
///   events.out.tfevents.STEP.dragoman     the same for TensorBoard, a file for each run
class TrainLog {
 public:
  using Value = std::variant<std::int64_t, double, std::string>;
  using Entry = std::vector<std::pair<std::string, Value>>;

  static std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "log.jsonl"; }

  /// Goes on behind `step`: entries of later steps, which a resumed training will write again, are removed.
  TrainLog(const std::filesystem::path& folder, std::int64_t step);

  /// Appends {"event": event, "step": step, entry...}. Throws std::runtime_error naming the file if it cannot be
  /// written.
  void write(const std::string& event, std::int64_t step, const Entry& entry);

  /// Goes on behind `step` as the constructor does.
  void go_back(std::int64_t step);

  void draw_curves() const;

 private:
  void open_behind(std::int64_t step);
  double now() const;

  std::filesystem::path folder_, file_;
  std::ofstream stream_;
  // The clock on the wall may be set while a training runs, so it is looked at only once.
  double started_at_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  EventFile events_;
};

}  // namespace dragoman
