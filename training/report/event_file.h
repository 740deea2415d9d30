#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// A file of scalars that TensorBoard shows: records in TensorFlow's TFRecord framing (length, masked CRC-32C of the
/// length, data, masked CRC-32C of the data), each an Event message (tensorflow/core/util/event.proto).
class EventFile {
 public:
  /// A tag, "valid/bleu" say, and its value.
  using Scalars = std::vector<std::pair<std::string, float>>;

  /// Begins `file` anew, to go on behind `step`: what earlier files of the folder say of later steps, TensorBoard
  /// forgets. `time`: in seconds since 1970. Throws std::runtime_error naming the file if it cannot be written.
  EventFile(const std::filesystem::path& file, double time, std::int64_t step);

  /// One event, which reaches the file before this returns.
  void write(double time, std::int64_t step, const Scalars& scalars);

 private:
  void write_record(std::string_view event);

  std::filesystem::path file_;
  std::ofstream stream_;
};

}  // namespace dragoman
