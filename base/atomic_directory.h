#pragma once

#include "base/descriptor.h"
#include "base/stop_check.h"

#include <filesystem>
#include <string>

namespace dragoman {

/// A directory that takes its name only when it is complete. Its files are written into folder(), a hidden one beside
/// `path` (beside what `path` leads to, if it is a link); commit() syncs them and puts the whole in the place of `path`
/// in one step. Whatever happens before or after that step, kill -9 included, what is at `path` is the old directory or
/// the new one; what a kill leaves of the hidden folder is removed by the next one that is written there. (A file
/// system that cannot exchange two names, NFS for one, has neither for a moment.)
///
/// No directory is replaced that holds anything but what was written in this way: beside the files stands
/// written_by.txt, which names the writer and has a checksum of their names and contents. Where that does not match,
/// somebody has added a file, or replaced one.
class AtomicDirectory {
 public:
  /// writer: who writes it, on one line. Makes the folders above `path` that are missing. Throws std::runtime_error
  /// naming `path` if it may not be replaced, cannot be written, or another process is writing it. What `stop` throws
  /// leaves what was there, and nothing else.
  AtomicDirectory(const std::filesystem::path& path, std::string writer, StopCheck stop = {});
  ~AtomicDirectory();
  AtomicDirectory(const AtomicDirectory&) = delete;
  AtomicDirectory& operator=(const AtomicDirectory&) = delete;

  /// Where its files are to be written; empty at first.
  const std::filesystem::path& folder() const { return folder_; }

  /// For whoever writes the files, between pieces of them.
  void check_stop() const;

  /// Throws std::runtime_error naming `path` if that fails, and then what was there is there still.
  void commit();

 private:
  void make_folder();
  void take_name();

  std::filesystem::path path_, folder_;
  std::string writer_;
  StopCheck stop_;
  Descriptor lock_;  // on the folder
};

/// Why `path` may not be replaced by an AtomicDirectory, as "holds other files ...; REMEDY"; empty if it may be.
std::string obstacle_to_replacing(const std::filesystem::path& path);

}  // namespace dragoman
