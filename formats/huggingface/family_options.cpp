#include "formats/huggingface/family_options.h"

#include <ATen/ATen.h>

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

Activation activation_of(const ForeignOptions& options, const std::string& name, std::string_view value) {
  constexpr std::array kActivations = {std::pair{"relu", Activation::relu},
                                       std::pair{"gelu", Activation::gelu},
                                       std::pair{"swish", Activation::silu},
                                       std::pair{"silu", Activation::silu},
                                       std::pair{"gelu_new", Activation::gelu_tanh},
                                       std::pair{"gelu_pytorch_tanh", Activation::gelu_tanh},
                                       std::pair{"quick_gelu", Activation::gelu_sigmoid}};
  for (const auto& [known, activation] : kActivations) {
    if (value == known) return activation;
  }
  options.refuse(name, "for which Dragoman has no form: it has relu, gelu, gelu_new, quick_gelu and swish");
}

void require_plain_weights(ForeignOptions& options) {
  for (const char* name : {"quantization_config", "pruned_heads"}) {
    options.ignore({name});
    if (options.has(name) && !options.json()[name].empty()) options.refuse(name, "for which Dragoman has no form");
  }
}

std::string token_named(const nlohmann::ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  const auto content = value.find("content");
  return content != value.end() && content->is_string() ? content->get<std::string>() : "";
}

void require_plain_tokenizer(ForeignOptions& tokenizer, bool pad_by_id) {
  if (tokenizer.has("sp_model_kwargs") && !tokenizer.json()["sp_model_kwargs"].empty())
    tokenizer.refuse("sp_model_kwargs", "for which Dragoman has no form");
  require_token_names(tokenizer, {{"unk_token", "<unk>"}, {"eos_token", "</s>"}});
  if (!pad_by_id) require_token_names(tokenizer, {{"pad_token", "<pad>"}});
}

void require_token_names(ForeignOptions& tokenizer,
                         std::initializer_list<std::pair<const char*, const char*>> usual_names) {
  for (const auto& [name, usual] : usual_names) {
    if (tokenizer.has(name) && token_named(tokenizer.json()[name]) != usual)
      tokenizer.refuse(name, fmt::format("but only {} can be read", usual));
  }
}

std::vector<ListedToken> listed_tokens(const ForeignOptions& tokenizer) {
  std::vector<ListedToken> tokens;
  if (!tokenizer.has("added_tokens_decoder")) return tokens;
  for (const auto& [id, token] : tokenizer.json()["added_tokens_decoder"].items()) {
    if (token.is_object()) tokens.push_back({std::strtoll(id.c_str(), nullptr, 10), token_named(token)});
  }
  return tokens;
}

std::optional<torch::Tensor> take_tied(ForeignWeights& weights, const std::vector<std::string>& names,
                                       const std::vector<std::int64_t>& shape, std::vector<std::string>& notes) {
  std::optional<torch::Tensor> first;
  std::string first_name;
  for (const std::string& name : names) {
    const auto table = weights.take_if_there(name, shape);
    if (!table) continue;
    if (!first) {
      first = table;
      first_name = name;
    } else if (!first->equal(*table)) {
      notes.push_back(
          fmt::format("'{}' differs from '{}', though config.json ties them; the latter is used", name, first_name));
    }
  }
  return first;
}

void note_unread(ForeignOptions& options, std::vector<std::string>& notes) {
  options.ignore({"_name_or_path",
                  "_num_labels",
                  "add_bias_logits",
                  "bos_token_id",
                  "classif_dropout",
                  "classifier_dropout",
                  "dtype",
                  "extra_pos_embeddings",
                  "gradient_checkpointing",
                  "id2label",
                  "init_std",
                  "initializer_factor",
                  "label2id",
                  "model_type",
                  "n_positions",
                  "num_hidden_layers",
                  "output_past",
                  "task_specific_params",
                  "tokenizer_class",
                  "torch_dtype",
                  "transformers_version"});
  const std::vector<std::string> unread = options.unread();
  if (!unread.empty())
    notes.push_back(fmt::format("config.json: not known, and without effect: {}", fmt::join(unread, ", ")));
}

void require_valid(const ModelConfig& config, const ForeignOptions& options) {
  try {
    config.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: {}", options.file(), error.what()));
  }
}

}  // namespace dragoman
