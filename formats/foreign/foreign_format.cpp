#include "formats/foreign/foreign_format.h"

#include "base/atomic_file.h"
#include "formats/argos/argos_package.h"
#include "formats/ctranslate2/ctranslate2_format.h"
#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_format.h"
#include "formats/marian/marian_files.h"
#include "formats/marian/marian_format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) names.insert(entry.path().filename().string());
  return names;
}

std::string config_in(const fs::path& folder) {
  std::error_code none;
  return fs::is_regular_file(folder / "config.json", none) ? read_file(folder / "config.json") : "";
}

bool has_key(std::string_view config, std::string_view key) {
  return config.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
}

// The file itself, or one in the folder.
bool has_extension(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  const auto fits = [&](const fs::path& file) {
    return std::ranges::find(extensions, file.extension().string()) != extensions.end();
  };
  std::error_code none;
  if (!fs::is_directory(path, none)) return fits(path);
  return std::ranges::any_of(names_in(path), [&](const std::string& name) { return fits(name); });
}

bool is_ctranslate2(const fs::path& path) {
  const std::set<std::string> names = names_in(path);
  return names.contains("model.bin") && std::ranges::any_of(names, [](const std::string& name) {
           return name.find("vocabulary.") != std::string::npos;
         });
}

bool is_hugging_face(const fs::path& path) {
  const std::string config = config_in(path);
  const std::set<std::string> names = names_in(path);
  return has_key(config, "model_type") || has_key(config, "architectures") || names.contains("pytorch_model.bin") ||
         names.contains("tokenizer_config.json");
}

bool is_torch_checkpoint(const fs::path& path) {
  return has_extension(path, {".pt", ".pth", ".ckpt"});
}

ImportedModel read_hugging_face_folder(const ForeignSource& from) {
  return read_hugging_face(from.path);
}

ImportedModel read_marian_files(const ForeignSource& from) {
  return read_marian_model(from.path);
}

constexpr std::array kFormats = {
    ForeignFormat{"a CTranslate2 model", is_ctranslate2, read_ctranslate2_folder, true},
    ForeignFormat{"a package of argos-translate", is_argos_package, read_argos_package, true},
    ForeignFormat{"a Hugging Face model", is_hugging_face, read_hugging_face_folder},
    ForeignFormat{"a Marian model", is_marian_model, read_marian_files},
    ForeignFormat{"a checkpoint of PyTorch", is_torch_checkpoint, nullptr},
};

std::string readable_formats() {
  std::vector<std::string_view> names;
  for (const ForeignFormat& format : kFormats) {
    if (format.read) names.push_back(format.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::span<const ForeignFormat> foreign_formats() {
  return kFormats;
}

const ForeignFormat* foreign_format_of(const fs::path& path) {
  if (has_key(config_in(path), "architecture")) return nullptr;
  const auto found =
      std::ranges::find_if(kFormats, [&](const ForeignFormat& format) { return format.recognises(path); });
  return found == kFormats.end() ? nullptr : &*found;
}

void refuse_foreign_model(const fs::path& path) {
  const ForeignFormat* format = foreign_format_of(path);
  if (!format) return;
  const std::string remedy =
      format->read
          ? fmt::format("`dragoman import --from {} --output MODEL` makes one of it that Dragoman uses", path.string())
          : fmt::format("Dragoman uses its own, which `dragoman train` makes, and imports {}", readable_formats());
  throw std::runtime_error(fmt::format("{} is {}; {}", path.string(), format->name, remedy));
}

ImportedModel import_model(const fs::path& path) {
  return import_model(ForeignSource{path});
}

ImportedModel import_model(const ForeignSource& from) {
  const ForeignFormat* format = foreign_format_of(from.path);
  if (format && format->read) {
    if (!from.source_tokenizer.empty() && !format->takes_tokenizers) {
      throw std::invalid_argument(
          fmt::format("{} is {}, which brings its own tokenizers", from.path.string(), format->name));
    }
    return format->read(from);
  }
  throw std::runtime_error(fmt::format("{} is {}; what can be imported is {}", from.path.string(),
                                       format ? format->name : "no model of another program that can be told",
                                       readable_formats()));
}

}  // namespace dragoman
