#pragma once

#include "tests/formats/zip_bytes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// One tensor of a table as torch.save() writes it, of which a test can make one that is not as it should be.
struct PickledTensor {
  std::string name = "x";
  std::vector<std::int64_t> sizes{2, 3}, strides{3, 1};
  std::int64_t offset = 0, count = 6;
  std::string storage = "torch\nFloatStorage";
  std::string rebuild = "torch._utils\n_rebuild_tensor_v2";
  std::string key = "0";

  std::string bytes() const {
    return text(name) + "c" + rebuild + "\n((" + text("storage") + "c" + storage + "\n" + text(key) + text("cpu") +
           number(count) + "tQ" + number(offset) + tuple(sizes) + tuple(strides) +
           "\x89"
           "ccollections\nOrderedDict\n)RtR";
  }

 private:
  static std::string text(const std::string& value) {
    std::string bytes = "X";
    put_number<std::uint32_t>(bytes, value.size());
    return bytes + value;
  }
  static std::string number(std::int64_t value) {
    std::string bytes = "\x8a\x08";
    put_number(bytes, value);
    return bytes;
  }
  static std::string tuple(const std::vector<std::int64_t>& values) {
    std::string bytes = "(";
    for (const std::int64_t value : values) bytes += number(value);
    return bytes + "t";
  }
};

/// A pytorch_model.bin of these tensors, whose numbers are `data`.
inline std::string checkpoint_bytes(const std::vector<PickledTensor>& tensors, const std::string& data,
                                    const std::string& byte_order = "little") {
  std::string table = "\x80\x02}(";
  for (const PickledTensor& tensor : tensors) table += tensor.bytes();
  return ZipBytes{{{"model/data.pkl", table + "u."}, {"model/byteorder", byte_order}, {"model/data/0", data}}}.bytes();
}

}  // namespace dragoman
