#include "formats/marian/shortlist_file.h"

#include "base/atomic_file.h"
#include "data/line_reader.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dragoman {
namespace {

using TokenIds = std::unordered_map<std::string, std::int32_t>;

TokenIds ids_of_tokens(const Tokenizer& tokenizer, std::int32_t count) {
  TokenIds ids;
  for (std::int32_t id = 0; id < count; ++id) ids.emplace(tokenizer.piece(id), id);
  return ids;
}

// Marian takes a token that it does not know for the unknown one.
std::int32_t id_among(const TokenIds& ids, std::string_view token, std::int32_t unknown) {
  const auto found = ids.find(std::string(token));
  return found == ids.end() ? unknown : found->second;
}

// What the next white space ends.
std::string_view next_field(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view field = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(field.size());
  return field;
}

std::vector<Translated> read_text(const std::string& file, const Tokenizers& tokenizers, const VocabularySizes& sizes) {
  const TokenIds sources = ids_of_tokens(tokenizers.source, sizes.source),
                 targets = ids_of_tokens(tokenizers.target, sizes.target);
  std::vector<Translated> pairs;
  LineReader lines(file);
  for (std::string text; lines.next(text);) {
    std::string_view line = text;
    const std::string_view target = next_field(line), source = next_field(line), number = next_field(line);
    float probability = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), probability);
    if (error != std::errc() || end != number.data() + number.size()) {
      throw std::runtime_error(fmt::format("{}:{}: no line of a shortlist: 'TARGET SOURCE PROBABILITY'; copy it anew",
                                           file, lines.line_number()));
    }
    if (source == "NULL" || target == "NULL") continue;
    pairs.push_back({id_among(sources, source, tokenizers.source.special_ids().unk),
                     id_among(targets, target, tokenizers.target.special_ids().unk), probability});
  }
  return pairs;
}

// decoder.yml: shortlist: [FILE, first, best, threshold]
ShortlistLimits limits_in(const ForeignOptions& decoder) {
  ShortlistLimits limits;
  if (!decoder.has("shortlist")) return limits;
  const auto& values = decoder.json()["shortlist"];
  const auto value = [&](std::size_t place, auto& limit) {
    if (values.is_array() && place < values.size() && values[place].is_number()) values[place].get_to(limit);
  };
  value(1, limits.first);
  value(2, limits.best);
  value(3, limits.threshold);
  return limits;
}

}  // namespace

TokenLists read_shortlist_file(const MarianFiles& files, const Tokenizers& tokenizers, const VocabularySizes& sizes) {
  const std::string file = files.shortlist->string();
  const std::string bytes = read_file(file);
  TokenLists lists = is_binary_shortlist(bytes)
                         ? read_binary_shortlist(bytes, sizes, file)
                         : listed_translations(read_text(file, tokenizers, sizes), sizes, limits_in(files.decoder));
  // In Marian the end of each sentence is a source token, and may be a target token.
  const auto end = static_cast<std::size_t>(tokenizers.source.special_ids().eos);
  lists.always.push_back(tokenizers.target.special_ids().eos);
  lists.always.insert(lists.always.end(), lists.tokens.begin() + lists.starts.at(end),
                      lists.tokens.begin() + lists.starts.at(end + 1));
  std::ranges::sort(lists.always);
  lists.always.erase(std::ranges::unique(lists.always).begin(), lists.always.end());
  lists.starts.resize(static_cast<std::size_t>(tokenizers.source.vocabulary_size()) + 1, lists.starts.back());
  lists.copies = tokenizers.joint();
  return lists;
}

}  // namespace dragoman
