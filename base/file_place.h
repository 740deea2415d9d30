#pragma once

#include "base/descriptor.h"

#include <filesystem>

namespace dragoman {

/// What `path` leads to if it is a symbolic link, which need not exist yet; else `path`.
std::filesystem::path behind_links(std::filesystem::path path);

/// The same. Throws std::runtime_error if it is a directory, or a file that may not be written (for root: one that
/// nobody may write).
std::filesystem::path file_to_replace(const std::filesystem::path& path);

/// What is no regular file is written through, not replaced: opens a device, a named pipe or a socket, and takes the
/// open descriptor itself that /dev/stdout, /dev/fd/N or /proc/self/fd/N stand for, so that what its file holds, and
/// whether it is appended to, stays as it was opened. None for a regular file, a directory, or where nothing is. Throws
/// std::runtime_error naming `path` if it cannot be opened for writing.
Descriptor open_in_place(const std::filesystem::path& path);

/// Gives what is open as `descriptor` the mode of `path`, if that exists, and its owner and group as far as the process
/// may.
void take_mode_and_owner(int descriptor, const std::filesystem::path& path);

/// Makes the names in the folder of `path` durable. Throws std::runtime_error if the disk fails.
void sync_folder_of(const std::filesystem::path& path);

std::filesystem::path folder_of(const std::filesystem::path& path);

}  // namespace dragoman
