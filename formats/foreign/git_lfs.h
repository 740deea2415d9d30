#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman {

/// How much of a file's beginning tells whether it is what `git clone` leaves of a large file without Git LFS.
std::size_t git_lfs_pointer_size();

/// Throws std::runtime_error naming `file`, and what to do, if `bytes`, its beginning at least, are such a stand-in.
void refuse_git_lfs_pointer(std::string_view bytes, const std::string& file);

}  // namespace dragoman
