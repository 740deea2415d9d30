#include "formats/huggingface/hugging_face_format.h"

#include "formats/huggingface/bart_family.h"
#include "formats/huggingface/marian_family.h"
#include "formats/huggingface/multilingual_families.h"
#include "formats/huggingface/pegasus_family.h"
#include "formats/huggingface/t5_family.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

struct Family {
  std::string_view model_type;  // in config.json
  ImportedModel (*read)(HuggingFaceFolder& folder);
};

constexpr std::array kFamilies = {Family{"marian", read_marian},   Family{"m2m_100", read_m2m100},
                                  Family{"mbart", read_mbart},     Family{"bart", read_bart},
                                  Family{"pegasus", read_pegasus}, Family{"t5", read_t5},
                                  Family{"mt5", read_t5},          Family{"umt5", read_t5}};

}  // namespace

ImportedModel read_hugging_face(const std::filesystem::path& path) {
  HuggingFaceFolder folder(path);
  const auto type = folder.config().get<std::string>("model_type");
  std::vector<std::string_view> known;
  for (const Family& family : kFamilies) {
    if (family.model_type == type) return family.read(folder);
    known.push_back(family.model_type);
  }
  folder.config().refuse("model_type", fmt::format("which cannot be read; there is {}", fmt::join(known, ", ")));
}

}  // namespace dragoman
