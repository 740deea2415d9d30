#pragma once

#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "formats/safetensors.h"
#include "tests/data/temporary_folder.h"

#include <torch/types.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {

using Json = nlohmann::ordered_json;

inline Json json_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return Json::parse(stream);
}

/// A copy of a model of transformers, to be changed.
class ChangedModel : public TemporaryFolderTest {
 protected:
  /// models: the folder of those that can be copied, with a slash
  explicit ChangedModel(std::string models) : models_(std::move(models)) {}

  void copy(const std::string& name) {
    std::filesystem::remove_all(folder_);
    std::filesystem::copy(models_ + name, folder_);
  }

  /// Makes the file if it is not there.
  void set(const std::string& file, const std::string& key, const Json& value) {
    Json json = std::filesystem::exists(folder_ / file) ? json_of(folder_ / file) : Json::object();
    json[key] = value;
    std::ofstream(folder_ / file) << json.dump();
  }

  /// What import says to the copy as it is; nothing if it takes it.
  std::string refusal() const {
    try {
      import_model(folder_);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  /// The same to a new copy with one option changed.
  std::string refusal_of(const std::string& name, const std::string& key, const Json& value,
                         const std::string& file = "config.json") {
    copy(name);
    set(file, key, value);
    return refusal();
  }

 private:
  std::string models_;
};

/// Writes another tensor in place of one of a file's: what `change` makes of it, which is undefined where the file
/// lacks it, as is the result if there is to be none.
inline void change_tensor(const std::filesystem::path& file, const std::string& name,
                          const std::function<torch::Tensor(torch::Tensor)>& change) {
  SafetensorsFile loaded = load_safetensors(file);
  NamedTensors tensors;
  for (const auto& [other, tensor] : loaded.tensors) tensors.emplace_back(other, tensor.clone());
  const auto found = std::ranges::find(tensors, name, &NamedTensors::value_type::first);
  const torch::Tensor before = found == tensors.end() ? torch::Tensor() : found->second;
  if (found != tensors.end()) tensors.erase(found);
  if (const torch::Tensor after = change(before); after.defined()) tensors.emplace_back(name, after);
  save_safetensors(file, tensors);
}

}  // namespace dragoman
