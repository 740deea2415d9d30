#include "formats/ctranslate2/ctranslate2_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr const char* kOptionsFile = "config.json";
constexpr std::uint32_t kWithConfig = 6;  // the first binary version that has it

CTranslate2Options options_of(ForeignOptions& config) {
  CTranslate2Options options;
  options.special.unk = config.get<std::string>("unk_token", options.special.unk);
  options.special.bos = config.get<std::string>("bos_token", options.special.bos);
  options.special.eos = config.get<std::string>("eos_token", options.special.eos);
  const auto start = config.find<std::string>("decoder_start_token");
  const bool is_open = !start && config.json().contains("decoder_start_token");
  if (!is_open) options.start = start.value_or(options.special.bos);
  options.source_bos = config.get<bool>("add_source_bos", false);
  options.source_eos = config.get<bool>("add_source_eos", false);
  options.norm_epsilon = config.find<double>("layer_norm_epsilon");
  return options;
}

CTranslate2Options options_of(CTranslate2Variables& variables) {
  CTranslate2Options options;
  options.special.unk = variables.text("unk_token").value_or(options.special.unk);
  options.special.bos = variables.text("bos_token").value_or(options.special.bos);
  options.special.eos = variables.text("eos_token").value_or(options.special.eos);
  variables.require("user_decoder_start_tokens", 0);
  options.start = variables.number("with_target_bos").value_or(1) != 0 ? options.special.bos : options.special.eos;
  options.source_bos = variables.number("with_source_bos").value_or(0) != 0;
  options.source_eos = variables.number("with_source_eos").value_or(0) != 0;
  return options;
}

}  // namespace

CTranslate2Options read_ctranslate2_options(const ModelFiles& files, CTranslate2Variables& variables,
                                            std::vector<std::string>& notes) {
  if (variables.file().version() < kWithConfig) return options_of(variables);
  ForeignOptions config(files.bytes(kOptionsFile), files.path(kOptionsFile));
  const CTranslate2Options options = options_of(config);
  for (const char* name : {"quantization_type", "quantization_bits", "quantization_group_size"}) {
    config.ignore({name});
    if (config.has(name) && config.json()[name] != 0) config.refuse(name, "for which Dragoman has no form");
  }
  config.ignore({"multi_query_attention"});  // the weights say it
  const std::vector<std::string> unread = config.unread();
  if (!unread.empty())
    notes.push_back(fmt::format("config.json: not known, and without effect: {}", fmt::join(unread, ", ")));
  return options;
}

}  // namespace dragoman
