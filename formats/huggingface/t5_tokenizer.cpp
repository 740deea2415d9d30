#include "formats/huggingface/t5_tokenizer.h"

#include "formats/foreign/token_table.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/sentencepiece_json.h"
#include "tokenizer/model_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kPieces = "spiece.model";

class T5Tokens {
 public:
  T5Tokens(HuggingFaceFolder& folder, const ModelConfig& config, std::vector<std::string>& notes)
      : folder_(folder), config_(config), notes_(notes) {}

  Tokenizer tokenizer();

 private:
  std::vector<std::string> tokens(std::string_view pieces, const std::vector<ListedToken>& added,
                                  const std::string& file);
  void name_added_tokens(const std::vector<ListedToken>& added, std::size_t pieces, std::vector<std::string>& tokens);

  HuggingFaceFolder& folder_;
  const ModelConfig& config_;
  std::vector<std::string>& notes_;
};

// T5Tokenizer numbers its <extra_id_…> downwards, behind the pieces; the others may be anywhere there.
void T5Tokens::name_added_tokens(const std::vector<ListedToken>& added, std::size_t pieces,
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
std::vector<std::string> T5Tokens::tokens(std::string_view pieces, const std::vector<ListedToken>& added,
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
      folder_.config().refuse(option, fmt::format("but there are {} tokens", rows));
    std::ranges::replace(tokens, name, "");
    tokens[static_cast<std::size_t>(id)] = name;
  }
  return tokens;
}

// Transformers 5 writes no SentencePiece model, but what it has read from one.
Tokenizer T5Tokens::tokenizer() {
  constexpr const char* kConverted = "tokenizer.json";
  const bool converted = !folder_.has(kPieces) && folder_.has(kConverted);
  const std::string name = converted ? kConverted : kPieces, file = (folder_.path() / name).string();
  SentencePieceJson read{folder_.read(name), {}};
  if (converted) read = read_sentencepiece_json(read.model, file);
  std::vector<ListedToken> added = listed_tokens(folder_.tokenizer());
  added.insert(added.end(), read.added.begin(), read.added.end());
  TokenTable table = token_table(tokens(read.model, added, file), config_.special_ids.pad, file);
  if (table.replaced > 0)
    notes_.push_back(fmt::format("{} ids have no token that text can hold; they are called <id-N>", table.replaced));
  return Tokenizer::from_files({{std::string(kSentencePieceFile), std::move(read.model)},
                                {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                               file);
}

}  // namespace

Tokenizer read_t5_tokenizer(HuggingFaceFolder& folder, const ModelConfig& config, std::vector<std::string>& notes) {
  return T5Tokens(folder, config, notes).tokenizer();
}

}  // namespace dragoman
