#include "training/course/training_record.h"

#include "formats/model_config_json.h"
#include "formats/model_directory.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace dragoman {
namespace {

constexpr const char* kInitFrom = "init-from";
constexpr const char* kInitialFingerprint = "init-from-fingerprint";

// The architecture as options, so that a resumed training is compared in all of them.
NamedValues all_options(const TrainOptions& options, ModelConfig config) {
  config.trained_on = {};  // follows from the corpus
  NamedValues all = defining_options(options);
  const auto json = nlohmann::ordered_json::parse(to_json(config));
  for (const auto& [key, value] : json.items())
    all.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  return all;
}

std::string* find_value(NamedValues& values, std::string_view name) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
  return found == values.end() ? nullptr : &found->second;
}

// A model may be named in several ways, and it may have gone since the training began.
bool is_same_model(const std::filesystem::path& one, const std::filesystem::path& other,
                   const std::string* fingerprint_of_one) {
  if (one == other || std::filesystem::weakly_canonical(one) == std::filesystem::weakly_canonical(other)) return true;
  return fingerprint_of_one && std::filesystem::exists(weights_file(other)) &&
         *fingerprint_of_one == model_fingerprint(other);
}

}  // namespace

NamedValues recorded_options(const TrainOptions& options, const ModelConfig& config, bool bf16,
                             const std::string& texts) {
  NamedValues all = all_options(options, config);
  all.emplace_back("precision", bf16 ? "bf16" : "fp32");
  all.emplace_back("corpus", texts);
  return all;
}

NamedValues default_options() {
  return all_options(TrainOptions{}, ModelConfig{});
}

void settle_initial_model(NamedValues& options, std::optional<TrainingDirectory::Record> record) {
  const std::string given = *find_value(options, kInitFrom);
  std::string* const began = record ? find_value(record->options, kInitFrom) : nullptr;
  std::string* const fingerprint = record ? find_value(record->options, kInitialFingerprint) : nullptr;
  if (began && !given.empty() && is_same_model(*began, given, fingerprint)) {
    *find_value(options, kInitFrom) = *began;
    if (fingerprint) options.emplace_back(kInitialFingerprint, *fingerprint);
  } else if (!given.empty() && !record) {
    options.emplace_back(kInitialFingerprint, model_fingerprint(given));
  }
}

}  // namespace dragoman
