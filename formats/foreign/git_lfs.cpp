#include "formats/foreign/git_lfs.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::string_view kGitLfsPointer = "version https://git-lfs.github.com/spec/";

}  // namespace

std::size_t git_lfs_pointer_size() {
  return kGitLfsPointer.size();
}

void refuse_git_lfs_pointer(std::string_view bytes, const std::string& file) {
  if (!bytes.starts_with(kGitLfsPointer)) return;
  throw std::runtime_error(
      fmt::format("{}: is a stand-in of Git LFS for the file; fetch it with `git lfs pull`, or download it", file));
}

}  // namespace dragoman
