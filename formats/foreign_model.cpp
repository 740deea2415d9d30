#include "formats/foreign_model.h"

#include "base/atomic_file.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

bool has_key(std::string_view config, std::string_view key) {
  return config.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
}

std::string_view maker_by_extension(const fs::path& file) {
  const std::string extension = file.extension().string();
  if (extension == ".npz") return "a Marian model";
  constexpr std::array kCheckpoints = {".pt", ".pth", ".ckpt"};
  return std::ranges::count(kCheckpoints, extension) > 0 ? "a checkpoint of PyTorch" : "";
}

std::string_view maker_of_folder(const fs::path& folder) {
  std::set<std::string> names;
  std::string_view by_extension;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    names.insert(entry.path().filename().string());
    if (by_extension.empty()) by_extension = maker_by_extension(entry.path());
  }
  const bool has_config = names.contains("config.json");
  const std::string config = has_config ? read_file(folder / "config.json") : "";
  if (has_key(config, "architecture")) return "";
  const bool has_vocabulary =
      std::ranges::any_of(names, [](const std::string& name) { return name.find("vocabulary.") != std::string::npos; });
  if (names.contains("model.bin") && has_vocabulary) return "a CTranslate2 model";
  const bool is_hugging_face = has_key(config, "model_type") || has_key(config, "architectures") ||
                               names.contains("pytorch_model.bin") || names.contains("tokenizer_config.json");
  return is_hugging_face ? "a Hugging Face model" : by_extension;
}

}  // namespace

void refuse_foreign_model(const fs::path& path) {
  std::error_code none;
  const std::string_view maker = fs::is_directory(path, none) ? maker_of_folder(path) : maker_by_extension(path);
  if (maker.empty()) return;
  throw std::runtime_error(fmt::format(
      "{} is {}; Dragoman reads only its own models, which `dragoman train --model` makes", path.string(), maker));
}

}  // namespace dragoman
