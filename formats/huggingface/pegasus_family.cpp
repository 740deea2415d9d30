#include "formats/huggingface/pegasus_family.h"

#include "formats/foreign/token_table.h"
#include "formats/huggingface/bart_reader.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/sentencepiece_json.h"
#include "formats/huggingface/table_tokenizers.h"
#include "tokenizer/model_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kPegasusPieces = "spiece.model";
constexpr const char* kPegasusConverted = "tokenizer.json";

constexpr BartForm kPegasusForm{.family = "Pegasus",
                                .architecture = "PegasusForConditionalGeneration",
                                .norm = Norm::pre,
                                .final_norm = true,
                                .pad = 0,
                                .end = 1,
                                .start = 0};

// The first two ids are <pad> and </s>; the pieces of the model but its first two are behind `offset` ids, of which
// pre-training has used these.
std::vector<std::string> numbered_tokens(const std::vector<std::string>& pieces, std::size_t offset) {
  constexpr std::size_t kEnds = 2, kMasks = 2;
  std::vector<std::string> tokens{"<pad>", "</s>"};
  for (std::size_t i = 0; i < offset; ++i)
    tokens.push_back(i < kMasks ? fmt::format("<mask_{}>", i + 1) : fmt::format("<unk_{}>", i));
  for (std::size_t i = kEnds; i < pieces.size(); ++i) tokens.push_back(pieces[i]);
  return tokens;
}

class PegasusReader {
 public:
  explicit PegasusReader(HuggingFaceFolder& folder) : folder_(folder), reader_(folder, kPegasusForm) {}

  ImportedModel read() {
    require_plain_tokenizer(folder_.tokenizer());
    reader_.read_network();
    if (has_table_tokenizers(folder_)) {
      read_pair_of_languages(folder_, reader_.config().trained_on);
      return reader_.finish(read_table_tokenizers(folder_, reader_.config(), reader_.notes()).tokenizers);
    }
    const Tokenizer both = tokenizer();
    return reader_.finish({both, both});
  }

 private:
  // Transformers 5 writes no SentencePiece model, but what it has read from one, with all its tokens.
  Tokenizer tokenizer() {
    const bool converted = !folder_.has(kPegasusPieces) && folder_.has(kPegasusConverted);
    const std::string name = converted ? kPegasusConverted : kPegasusPieces, file = (folder_.path() / name).string();
    std::string model = folder_.read(name);
    if (converted) model = read_sentencepiece_json(model, file).model;
    std::vector<std::string> tokens = pieces_in(model);
    if (!converted) tokens = numbered_tokens(tokens, offset());
    const auto rows = static_cast<std::size_t>(reader_.config().source_vocabulary);
    if (tokens.size() > rows) {
      throw std::runtime_error(
          fmt::format("{}: there are {} tokens, but config.json has a vocabulary of {}", file, tokens.size(), rows));
    }
    tokens.resize(rows);
    TokenTable table = token_table(std::move(tokens), reader_.config().special_ids.pad, file);
    note_replaced(table.replaced, name, reader_.notes());
    Tokenizer made = Tokenizer::from_files({{std::string(kSentencePieceFile), std::move(model)},
                                            {std::string(kVocabularyFile), std::move(table.vocabulary)}},
                                           file);
    reader_.require_ids_of(made, file);
    return made;
  }

  std::size_t offset() {
    constexpr std::int32_t kUsual = 103;
    ForeignOptions& options = folder_.tokenizer();
    const auto offset = options.get<std::int32_t>("offset", kUsual);
    if (offset < 0 || offset > reader_.config().source_vocabulary)
      options.refuse("offset", "which is no number of tokens");
    return static_cast<std::size_t>(offset);
  }

  HuggingFaceFolder& folder_;
  BartReader reader_;
};

}  // namespace

ImportedModel read_pegasus(HuggingFaceFolder& folder) {
  return PegasusReader(folder).read();
}

}  // namespace dragoman
