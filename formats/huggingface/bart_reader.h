#pragma once

#include "formats/foreign/foreign_weights.h"
#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"
#include "model/model_config.h"
#include "model/named_tensors.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A family of networks that are BART's but for some facts, with what transformers takes where config.json does not
/// say.
struct BartForm {
  enum class Positions {
    sinusoidal,         ///< the paper's frequencies in halves, from 0
    offset_sinusoidal,  ///< tensor2tensor's in halves, from behind the id of padding
    learned             ///< a table, of which the first two rows have no use
  };

  const char* family;          ///< "MarianMT"
  const char* architecture;    ///< the class of transformers
  const char* body = nullptr;  ///< that of the same without the output layer, which is tied, if it is known
  Norm norm = Norm::post;
  bool final_norm = false;  ///< behind the last layer of each stack
  bool embedding_norm = false;
  Positions positions = Positions::sinusoidal;
  bool may_share_in_part = false;  ///< knows share_encoder_decoder_embeddings, and vocabularies of two sizes

  const char* activation = "gelu";
  bool embedding_scale = false;
  std::int32_t vocabulary = 50265, pad = 1, end = 2;
  std::optional<std::int32_t> start = 2;
};

/// Reads the network of such a family: sizes, facts and weights. What differs besides, vocabularies above all, is the
/// family's own business, which works on `config` and `notes`.
class BartReader {
 public:
  BartReader(HuggingFaceFolder& folder, const BartForm& form);

  /// Throws std::runtime_error naming the file, and the option with its value or the tensor, that has no form here.
  void read_network();

  /// Throws std::runtime_error naming `file`, which has the tokens, unless they are those that config.json says.
  void require_ids_of(const Tokenizer& tokenizer, const std::string& file) const;

  /// The tokenizers that the family has made, and the defaults of the search, complete the model. Throws as
  /// read_network(), and if a file was written to meanwhile.
  ImportedModel finish(Tokenizers tokenizers);

  HuggingFaceFolder& folder() { return folder_; }
  ForeignOptions& options() { return options_; }
  ModelConfig& config() { return config_; }
  const ModelConfig& config() const { return config_; }
  std::vector<std::string>& notes() { return notes_; }

 private:
  int common_size(const std::string& what, int usual);
  void require_representable();
  void read_sizes();
  void read_special_ids();
  void read_dropout();
  void take_embeddings();
  void take_bias();
  void take_positions(const std::string& stack);
  void check_sinusoids(const std::string& name, std::int64_t rows);

  HuggingFaceFolder& folder_;
  ForeignOptions& options_;
  BartForm form_;
  ForeignWeights weights_;
  ModelConfig config_;
  NamedTensors taken_;
  std::vector<std::string> notes_;
};

}  // namespace dragoman
