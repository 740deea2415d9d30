#pragma once

#include "formats/foreign/foreign_options.h"
#include "formats/foreign/foreign_weights.h"
#include "formats/huggingface/hugging_face_folder.h"
#include "model/model_config.h"

#include <torch/types.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// What the readers of transformers' families have in common. All throw std::runtime_error naming file and option, or
/// tensor, where something has no form here.

/// The activation that the option `name` has by transformers' name `value`.
Activation activation_of(const ForeignOptions& options, const std::string& name, std::string_view value);

/// Refuses what changes the weights of any family: quantisation, heads taken out.
void require_plain_weights(ForeignOptions& options);

/// Refuses options of the tokenizer that change what text becomes, and other names of <unk> and </s>, and of <pad>
/// unless its id alone counts.
void require_plain_tokenizer(ForeignOptions& tokenizer, bool pad_by_id = false);

/// Refuses other names of these tokens, each an option with its usual name.
void require_token_names(ForeignOptions& tokenizer,
                         std::initializer_list<std::pair<const char*, const char*>> usual_names);

/// A token that a tokenizer's options list beside its pieces.
struct ListedToken {
  std::int64_t id;
  std::string name;
};

/// Those of tokenizer_config.json.
std::vector<ListedToken> listed_tokens(const ForeignOptions& tokenizer);

/// What an option of a tokenizer calls a token: text, or an AddedToken with its content.
std::string token_named(const nlohmann::ordered_json& value);

/// The first table of these that is there, all of which are to be one; a note names those that differ from it. Throws
/// only if the shape is another.
std::optional<torch::Tensor> take_tied(ForeignWeights& weights, const std::vector<std::string>& names,
                                       const std::vector<std::int64_t>& shape, std::vector<std::string>& notes);

/// A note of the options that nobody has read; those that never tell what a model computes are not among them.
void note_unread(ForeignOptions& options, std::vector<std::string>& notes);

/// Validates the config, naming the file that it comes from.
void require_valid(const ModelConfig& config, const ForeignOptions& options);

}  // namespace dragoman
