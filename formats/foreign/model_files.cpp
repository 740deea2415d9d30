#include "formats/foreign/model_files.h"

#include "formats/foreign/git_lfs.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

namespace fs = std::filesystem;

ModelFiles ModelFiles::in_folder(const fs::path& folder) {
  ModelFiles files(folder.string());
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    auto file = std::make_shared<const MappedFile>(entry.path());
    files.mapped_.push_back(file);
    files.add(entry.path().filename().string(), file->bytes(), file);
  }
  return files;
}

void ModelFiles::add(const std::string& name, std::string_view bytes, std::shared_ptr<const void> owner) {
  files_.insert_or_assign(name, bytes);
  owners_.push_back(std::move(owner));
}

std::string ModelFiles::path(const std::string& name) const {
  return place_ + "/" + name;
}

std::string_view ModelFiles::bytes(const std::string& name) const {
  const auto found = files_.find(name);
  if (found == files_.end())
    throw std::runtime_error(fmt::format("{}: the model lacks this file; copy it anew", path(name)));
  refuse_git_lfs_pointer(found->second, path(name));
  return found->second;
}

void ModelFiles::forget(std::string_view part) const {
  for (const auto& file : mapped_) {
    const std::string_view bytes = file->bytes();
    if (part.data() >= bytes.data() && part.data() + part.size() <= bytes.data() + bytes.size()) file->forget(part);
  }
}

void ModelFiles::require_unchanged() const {
  for (const auto& file : mapped_) file->require_unchanged();
}

}  // namespace dragoman
