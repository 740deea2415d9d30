#include "formats/huggingface/t5_family.h"

#include "formats/foreign/token_table.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/generation_defaults.h"
#include "formats/huggingface/t5_weights.h"
#include "formats/huggingface/unigram_tokenizer.h"
#include "tokenizer/model_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace dragoman {
namespace {

using AddedToken = UnigramTokenizer::AddedToken;

constexpr const char* kPieces = "spiece.model";
constexpr const char* kTable = "shared.weight";
constexpr const char* kOutput = "lm_head.weight";

// What transformers calls the models, and what differs between them where config.json is silent.
struct T5Kind {
  std::string_view model_type, name;
  const char* feed_forward;  // feed_forward_proj
  bool has_table_in_each_layer;
};
constexpr std::array kKinds = {T5Kind{"t5", "T5", "relu", false}, T5Kind{"mt5", "mT5", "gated-gelu", false},
                               T5Kind{"umt5", "UMT5", "gated-gelu", true}};

class T5Reader {
 public:
  explicit T5Reader(HuggingFaceFolder& folder)
      : folder_(folder),
        options_(folder.config()),
        kind_(*std::ranges::find(kKinds, options_.get<std::string>("model_type"), &T5Kind::model_type)),
        weights_(folder.weights()) {}

  ImportedModel read();

 private:
  void require_representable();
  void read_sizes();
  void read_feed_forward();
  void read_vocabulary_facts();
  void take_tables();
  bool scales_output();
  Tokenizer tokenizer();
  std::vector<AddedToken> listed_tokens();
  std::vector<std::string> tokens(std::string_view pieces, const std::vector<AddedToken>& added,
                                  const std::string& file);
  void name_added_tokens(const std::vector<AddedToken>& added, std::size_t pieces, std::vector<std::string>& tokens);
  void describe(ImportedModel& model);

  HuggingFaceFolder& folder_;
  ForeignOptions& options_;
  const T5Kind& kind_;
  ForeignWeights weights_;
  ModelConfig config_;
  NamedTensors taken_;
  std::vector<std::string> notes_, languages_;
};

void T5Reader::require_representable() {
  options_.require<bool>("is_encoder_decoder", true);
  options_.require<bool>("is_decoder", false);
  options_.require<int>("relative_attention_num_buckets", 32);
  options_.require<int>("relative_attention_max_distance", 128);
  if (const auto names = options_.find<std::vector<std::string>>("architectures")) {
    const bool translates = std::ranges::all_of(*names, [](const std::string& name) {
      return name.ends_with("ForConditionalGeneration") || name == "T5WithLMHeadModel";
    });
    if (!translates) options_.refuse("architectures", "but only a T5ForConditionalGeneration translates");
  }
  require_plain_weights(options_);
  require_plain_tokenizer(folder_.tokenizer(), true);
}

void T5Reader::read_sizes() {
  config_.width = options_.get<int>("d_model");
  config_.heads = options_.get<int>("num_heads");
  config_.head_width = options_.get<int>("d_kv");
  if (config_.head_width * static_cast<std::int64_t>(config_.heads) == config_.width) config_.head_width = 0;
  config_.encoder_layers = options_.get<int>("num_layers");
  config_.decoder_layers = options_.get<int>("num_decoder_layers", config_.encoder_layers);
  config_.source_vocabulary = config_.target_vocabulary = options_.get<std::int32_t>("vocab_size");
  config_.positions = "t5";
  config_.shared_position_biases = !kind_.has_table_in_each_layer;
  config_.self_attention_score = config_.cross_attention_score = "dot";
  config_.normalisation = NormForm::rms;
  config_.norm_epsilon = options_.get<double>("layer_norm_epsilon", 1e-6);
  config_.embedding_scale = false;
  config_.projection_bias = config_.feed_forward_bias = false;
  config_.dropout = config_.attention_dropout = config_.activation_dropout = options_.get<double>("dropout_rate", 0.1);
}

// feed_forward_proj tells both, unless an older program has written them out.
void T5Reader::read_feed_forward() {
  config_.feed_forward_width = options_.get<int>("d_ff");
  constexpr const char* kProjection = "feed_forward_proj";
  const auto projection = options_.get<std::string>(kProjection, kind_.feed_forward);
  constexpr std::string_view kGated = "gated-";
  const bool gated = projection.starts_with(kGated);
  std::string activation = gated ? projection.substr(kGated.size()) : projection;
  if (gated && activation == "gelu") activation = "gelu_new";
  config_.feed_forward_gate = options_.get<bool>("is_gated_act", gated);
  const auto written = options_.find<std::string>("dense_act_fn");
  config_.activation = activation_of(options_, written ? "dense_act_fn" : kProjection, written.value_or(activation));
}

void T5Reader::read_vocabulary_facts() {
  config_.special_ids.pad = options_.get<std::int32_t>("pad_token_id", 0);
  config_.special_ids.bos = SpecialIds::kNone;
  config_.special_ids.eos = options_.get<std::int32_t>("eos_token_id", 1);
  constexpr const char* kStart = "decoder_start_token_id";
  const auto of_search = folder_.generation().find<std::int32_t>(kStart);
  config_.start_token = options_.get<std::int32_t>(kStart, of_search.value_or(config_.special_ids.pad));
}

// A tied output is scaled. Since transformers 5 a config says so by itself, for all of them are tied there; but an mT5
// is never scaled since then.
bool T5Reader::scales_output() {
  const bool tied = options_.get<bool>("tie_word_embeddings", kind_.model_type != "mt5");
  const auto written = options_.find<bool>("scale_decoder_outputs");
  if (kind_.model_type != "mt5") return written.value_or(tied);
  const auto version = options_.get<std::string>("transformers_version", "4");
  return tied && std::strtol(version.c_str(), nullptr, 10) < 5;
}

// Where the output has a table of its own, it is in the file, whatever the config says of ties, if the config is one of
// transformers 5.
void T5Reader::take_tables() {
  config_.output_scale = scales_output();
  const std::vector<std::int64_t> shape{config_.target_vocabulary, config_.width};
  const bool tells_ties = !options_.has("scale_decoder_outputs") && config_.output_scale;
  std::vector<std::string> tied{kTable, "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"};
  if (tells_ties) tied.emplace_back(kOutput);
  const auto table = take_tied(weights_, tied, shape, notes_);
  taken_.emplace_back("embedding.weight", table ? *table : weights_.take(kTable, shape));  // says: missing
  const auto output = tells_ties ? std::nullopt : weights_.take_if_there(kOutput, shape);
  const bool own = output && !output->equal(taken_.front().second);
  config_.tied_embeddings = own ? TiedEmbeddings::inputs : TiedEmbeddings::all;
  if (own) taken_.emplace_back("output_weight", *output);
  // Old files have a table that no version of transformers reads.
  constexpr const char* kUnused = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";
  if (weights_.take_if_there(kUnused, {32, config_.heads}))
    notes_.push_back(fmt::format("'{}' has no effect", kUnused));
}

// The tokens that tokenizer_config.json lists beside the pieces, by their ids.
std::vector<AddedToken> T5Reader::listed_tokens() {
  std::vector<AddedToken> tokens;
  ForeignOptions& options = folder_.tokenizer();
  if (!options.has("added_tokens_decoder")) return tokens;
  for (const auto& [id, token] : options.json()["added_tokens_decoder"].items()) {
    if (token.is_object()) tokens.push_back({std::strtoll(id.c_str(), nullptr, 10), token_named(token)});
  }
  return tokens;
}

// T5Tokenizer numbers its <extra_id_…> downwards, behind the pieces; the others may be anywhere there.
void T5Reader::name_added_tokens(const std::vector<AddedToken>& added, std::size_t pieces,
                                 std::vector<std::string>& tokens) {
  std::set<std::string> known(tokens.begin(), tokens.end());
  const auto put = [&](std::size_t id, const std::string& name) {
    const bool is_new = id >= pieces && id < tokens.size() && known.insert(name).second;
    if (is_new) tokens[id] = name;
    return is_new;
  };
  const auto extra = static_cast<std::size_t>(std::max(folder_.tokenizer().get<std::int32_t>("extra_ids", 100), 0));
  const std::size_t end = pieces + extra;
  for (std::size_t id = pieces; id < std::min(end, tokens.size()); ++id)
    put(id, fmt::format("<extra_id_{}>", end - 1 - id));
  std::vector<std::string> others;
  for (const auto& [id, name] : added) {
    if (id >= 0 && !name.empty() && put(static_cast<std::size_t>(id), name)) others.push_back(name);
  }
  if (!others.empty()) {
    notes_.push_back(fmt::format("tokens that were added to the pieces, and that a text here cannot hold: {}",
                                 fmt::join(others, " ")));
  }
}

// All rows of the tables by name.
std::vector<std::string> T5Reader::tokens(std::string_view pieces, const std::vector<AddedToken>& added,
                                          const std::string& file) {
  std::vector<std::string> tokens = pieces_in(pieces);
  const std::size_t count = tokens.size(), rows = static_cast<std::size_t>(config_.source_vocabulary);
  if (count > rows) {
    throw std::runtime_error(fmt::format(
        "{}: there are {} pieces, but config.json has a vocabulary of {}; the file belongs to another model", file,
        count, rows));
  }
  tokens.resize(rows);
  name_added_tokens(added, count, tokens);
  // Whatever a file calls them, and nothing else is called so.
  for (const auto& [option, id, name] : {std::tuple{"pad_token_id", config_.special_ids.pad, "<pad>"},
                                         std::tuple{"eos_token_id", config_.special_ids.eos, "</s>"}}) {
    if (id < 0 || static_cast<std::size_t>(id) >= rows)
      options_.refuse(option, fmt::format("but there are {} tokens", rows));
    std::ranges::replace(tokens, name, "");
    tokens[static_cast<std::size_t>(id)] = name;
  }
  for (const std::string& token : tokens) {
    constexpr std::string_view kSpace = "▁";
    const std::string name = token.substr(token.starts_with(kSpace) ? kSpace.size() : 0);
    if (name.starts_with("<2") && name.ends_with(">")) languages_.push_back(name);
  }
  return tokens;
}

// Transformers 5 writes no SentencePiece model, but what it has read from one.
Tokenizer T5Reader::tokenizer() {
  constexpr const char* kConverted = "tokenizer.json";
  const bool converted = !folder_.has(kPieces) && folder_.has(kConverted);
  const std::string name = converted ? kConverted : kPieces, file = (folder_.path() / name).string();
  UnigramTokenizer read{folder_.read(name), {}};
  if (converted) read = read_unigram_tokenizer(read.model, file);
  std::vector<AddedToken> added = listed_tokens();
  added.insert(added.end(), read.added.begin(), read.added.end());
  TokenTable table = token_table(tokens(read.model, added, file), config_.special_ids.pad, file);
  if (table.replaced > 0)
    notes_.push_back(fmt::format("{} ids have no token that text can hold; they are called <id-N>", table.replaced));
  return Tokenizer::from_files({{std::string(kSentencePieceFile), std::move(read.model)},
                                {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                               file);
}

// The prefixes of T5's tasks of translation, as its config.json has them.
std::vector<std::string> prefixes_in(const ForeignOptions& options) {
  std::vector<std::string> prefixes;
  if (!options.has("task_specific_params")) return prefixes;
  for (const auto& [task, params] : options.json()["task_specific_params"].items()) {
    const auto prefix = task.starts_with("translation") && params.is_object() ? params.find("prefix") : params.end();
    if (prefix != params.end() && prefix->is_string()) prefixes.push_back(prefix->get<std::string>());
  }
  return prefixes;
}

void T5Reader::describe(ImportedModel& model) {
  const std::vector<std::string> prefixes = prefixes_in(options_);
  if (!languages_.empty()) {
    model.sample = languages_.front() + " " + model.sample;
    notes_.push_back(
        fmt::format("a line begins with the language of its translation, one of {}", fmt::join(languages_, " ")));
  } else if (!prefixes.empty()) {
    model.sample = prefixes.front() + model.sample;
    notes_.push_back(fmt::format("a line begins with what is to be done: '{}'", fmt::join(prefixes, "', '")));
  }
  notes_.push_back(fmt::format("weights: {}, kept in fp32", weights_.types_taken()));
  model.notes = std::move(notes_);
}

ImportedModel T5Reader::read() {
  require_representable();
  read_sizes();
  read_feed_forward();
  read_vocabulary_facts();
  take_tables();
  take_t5_layers(weights_, config_, taken_);
  const std::string family(kind_.name);
  weights_.require_all_taken(family);
  const Tokenizer both = tokenizer();
  config_.special_ids.unk = both.special_ids().unk;
  config_.decoding = generation_defaults(folder_.generation(), 0, notes_);
  std::vector<std::string> overruled;
  generation_defaults(options_, 0, overruled);  // of generation_config.json, where that is there
  note_unread(options_, notes_);
  require_valid(config_, options_);
  weights_.require_unchanged();
  ImportedModel model{config_, {both, both}, std::move(taken_), family};
  describe(model);
  return model;
}

}  // namespace

ImportedModel read_t5(HuggingFaceFolder& folder) {
  return T5Reader(folder).read();
}

}  // namespace dragoman
