#include "formats/huggingface/byte_level_tokenizer.h"

#include "formats/foreign/token_table.h"
#include "formats/huggingface/byte_level_json.h"
#include "formats/huggingface/family_options.h"
#include "tokenizer/byte_level_text.h"
#include "tokenizer/pair_merges.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kListed = "vocab.json";
constexpr const char* kMerges = "merges.txt";
constexpr const char* kWhole = "tokenizer.json";

// The lines behind the header, as which transformers takes the first one whatever it says.
std::string merges_in(std::string_view file) {
  const std::size_t end = file.find('\n');
  return end == file.npos ? "" : std::string(file.substr(end + 1));
}

// Tokens that tokenizer_config.json adds to those of vocab.json.
void add_listed(ForeignOptions& options, ByteLevelJson& to) {
  const std::set<std::string> known(to.tokens.begin(), to.tokens.end());
  for (const ListedToken& token : listed_tokens(options)) {
    const auto place = static_cast<std::size_t>(token.id);
    if (token.id < 0 || place >= to.tokens.size() || !to.tokens[place].empty() || known.contains(token.name)) continue;
    to.tokens[place] = token.name;
    to.added.push_back(token.name);
  }
}

ByteLevelJson read_files(HuggingFaceFolder& folder, std::int32_t size) {
  if (!folder.has(kListed) || (!folder.has(kMerges) && folder.has(kWhole)))
    return read_byte_level_json(folder.read(kWhole), size, (folder.path() / kWhole).string());
  ByteLevelJson read;
  read.tokens = read_tokens(folder.read(kListed), size, (folder.path() / kListed).string());
  add_listed(folder.tokenizer(), read);
  if (folder.has(kMerges)) {
    read.merges = merges_in(folder.read(kMerges));
  } else {
    read.misfit = fmt::format("{}: is not there", (folder.path() / kMerges).string());
  }
  return read;
}

// As transformers: its classes for BART go by tokenizer_config.json alone, the others by tokenizer.json.
bool has_prefix_space(ForeignOptions& options, const ByteLevelJson& read) {
  const auto kind = options.get<std::string>("tokenizer_class", "BartTokenizer");
  const bool of_bart = kind.starts_with("Bart") || kind.starts_with("Roberta");
  return options.get<bool>("add_prefix_space", of_bart ? false : read.prefix_space);
}

void find_missing_byte(const std::string& file, ByteLevelJson& read) {
  const std::set<std::string_view> known(read.tokens.begin(), read.tokens.end());
  for (int byte = 0; byte < 256 && read.misfit.empty(); ++byte) {
    const std::string_view character = character_of_byte(static_cast<unsigned char>(byte));
    if (!known.contains(character)) read.misfit = fmt::format("{}: there is no token '{}' of a byte", file, character);
  }
}

}  // namespace

ByteLevelTokenizer read_byte_level_tokenizer(HuggingFaceFolder& folder, const ModelConfig& config,
                                             std::vector<std::string>& notes) {
  ByteLevelJson read = read_files(folder, config.source_vocabulary);
  const std::string from = folder.has(kListed) ? kListed : kWhole, file = (folder.path() / from).string();
  find_missing_byte(file, read);
  if (!read.added.empty()) {
    notes.push_back(fmt::format("tokens that were added to the pieces, and that a text here cannot hold: {}",
                                fmt::join(read.added, " ")));
  }
  TokenTable table = token_table(std::move(read.tokens), config.special_ids.pad, file);
  note_replaced(table.replaced, from, notes);
  std::vector<CodecFile> files{{std::string(kVocabularyFile), std::move(table.vocabulary)}};
  if (read.misfit.empty()) {
    const MergesHeader header{.prefix_space = has_prefix_space(folder.tokenizer(), read)};
    files.push_back({std::string(kMergesFile), fmt::format("{}\n{}", header.line(), read.merges)});
  } else {
    notes.push_back(fmt::format("{}; text has to be tokens of the vocabulary, separated by blanks", read.misfit));
  }
  return {Tokenizer::from_files(std::move(files), file), !read.misfit.empty()};
}

}  // namespace dragoman
