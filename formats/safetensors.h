#pragma once

#include "base/mapped_file.h"
#include "formats/manifest.h"
#include "model/named_tensors.h"

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// The content of a .safetensors file: tensors in the order of their data, and free text by key.
struct SafetensorsFile {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;
  std::shared_ptr<const MappedFile> source = {};  ///< what load_safetensors() read, and the tensors are views of
  std::optional<std::uint32_t> checksum = {};     ///< that `source` carries

  /// The tensor of that name; std::runtime_error naming `file` if there is none.
  const torch::Tensor& at(const std::string& name, const std::filesystem::path& file) const;

  /// Of a file that was loaded. One that carries no checksum is read again for it.
  FileSeal seal() const;
};

/// Writes `path`, all or nothing, in the format that Python's safetensors reads. A CRC-32 of all other bytes goes into
/// the metadata as "crc32", beside "writer": "dragoman", which tells that there must be one. Tensors may live on any
/// device and have any strides. `announce` is called when all is written, before the file takes its name.
void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata = {},
                      const std::function<void(const FileSeal&)>& announce = {});

/// Reads `path` into tensors on the CPU, which are views of the file and must not be written. Throws std::runtime_error
/// naming it if it is missing, truncated, not of this format, or if its checksum does not match; files of other
/// programs, which have none, are read without that check.
SafetensorsFile load_safetensors(const std::filesystem::path& path);

}  // namespace dragoman
