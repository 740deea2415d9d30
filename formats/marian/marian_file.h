#pragma once

#include "formats/foreign/tensor_views.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace dragoman {

/// A file of Marian's: its weights, and what it says of the model.
struct MarianFile {
  TensorViews weights;      ///< float tables as they are; those in int8 become fp32
  std::string options;      ///< the model's own, as YAML
  int quantised = 0;        ///< tables in int8
  bool has_alphas = false;  ///< also the factors by which activations are to be made int8
};

/// Reads model.npz or model.bin, by its contents. Throws std::runtime_error naming the file if it is damaged, of
/// another form, or without options.
MarianFile load_marian_file(const std::filesystem::path& path);

}  // namespace dragoman
