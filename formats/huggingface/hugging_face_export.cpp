#include "formats/huggingface/hugging_face_export.h"

#include "base/atomic_directory.h"
#include "base/atomic_file.h"
#include "formats/huggingface/exported_network.h"
#include "formats/huggingface/exported_tokenizer.h"
#include "formats/huggingface/generation_defaults.h"

#include <fmt/format.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2) + "\n";
}

std::vector<std::string> hugging_face_usage(const ModelConfig& config, const ExportedNetwork& network,
                                            const ExportedTokenizer& texts) {
  std::vector<std::string> notes{fmt::format("transformers loads it as {} with {}",
                                             network.config["architectures"][0].get<std::string>(),
                                             texts.config["tokenizer_class"].get<std::string>())};
  notes.insert(notes.end(), network.notes.begin(), network.notes.end());
  if (network.model_type == "umt5")
    notes.emplace_back("AutoTokenizer does not load it for this family; MarianTokenizer.from_pretrained() does");
  const TextTemplate& form = config.text_template;
  if (!form.languages_optional && form.has(TextTemplate::kTargetLang)) {
    notes.push_back(fmt::format(
        "src_lang and tgt_lang are languages such as {}; generate() gets the latter's token as forced_bos_token_id",
        form.languages.front().code));
  }
  return notes;
}

}  // namespace

std::vector<std::string> export_hugging_face(const fs::path& path, const ModelConfig& config,
                                             const SafetensorsFile& weights, const Tokenizers& tokenizers,
                                             const StopCheck& stop) {
  const ExportedNetwork network = exported_network(config, weights);
  const ExportedTokenizer texts = exported_tokenizer(config, tokenizers, network.model_type);
  AtomicDirectory whole(path, "dragoman export", stop);
  const fs::path& folder = whole.folder();
  write_file_atomically(folder / "config.json", json_text(network.config));
  write_file_atomically(folder / "generation_config.json", json_text(exported_generation(config)));
  write_file_atomically(folder / "tokenizer_config.json", json_text(texts.config));
  for (const auto& [name, text] : texts.files) {
    write_file_atomically(folder / name, text);
    whole.check_stop();
  }
  save_safetensors(folder / "model.safetensors", network.weights, {{"format", "pt"}},
                   [&](const FileSeal&) { whole.check_stop(); });
  whole.commit();
  return hugging_face_usage(config, network, texts);
}

}  // namespace dragoman
