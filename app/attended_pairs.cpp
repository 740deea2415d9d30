#include "app/attended_pairs.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

AttendingModel::AttendingModel(const TranslationOptions& options, const Notice& notice)
    : AttendingModel(load_model(options, notice), options) {}

AttendingModel::AttendingModel(LoadedModel loaded, const TranslationOptions& options)
    : config_(loaded.config),
      tokenizers_(loaded.tokenizers),
      options_(options.translator),
      reader_(loaded.model, loaded.config, {options_.threads, options_.batch_size, options_.batch_tokens}),
      translator_(make_translator(std::move(loaded), options)) {}

void AttendingModel::check_length(std::int64_t line, const Ids& ids) const {
  const auto limit = static_cast<std::size_t>(options_.max_source_length);
  if (ids.size() > limit) {
    throw std::runtime_error(fmt::format("line {}: {} tokens are more than the {} that --max-source-length allows",
                                         line, ids.size(), limit));
  }
  const auto longest = config_.longest_sentence();
  if (longest && ids.size() + 1 > static_cast<std::size_t>(*longest)) {
    throw std::runtime_error(fmt::format("line {}: {} tokens are more than the {} positions that the model has learned",
                                         line, ids.size() + 1, *longest));
  }
}

void AttendingModel::take_target(AttendedPair& pair, const std::string& text, Ids& ids) const {
  const Tokenizer& tokenizer = tokenizers_.target;
  ids = tokenizer.encode(text);
  pair.target = text;
  pair.target_tokens = tokenizer.encode_as_pieces(text);
  pair.target_words = tokens_of_words(text, tokenizer.encoded_ranges(text));
}

void AttendingModel::take_translation(AttendedPair& pair, const Translation::Output& output, Ids& ids) const {
  const Tokenizer& tokenizer = tokenizers_.target;
  ids = ids_of(output);
  pair.target = output.text;
  for (const std::int32_t id : ids) pair.target_tokens.push_back(tokenizer.piece(id));
  pair.target_words = tokens_of_words(output.text, tokenizer.decoded_ranges(ids));
}

std::vector<AttendedPair> AttendingModel::read(std::span<const NumberedPair> pairs,
                                               const AttentionReader::Filter& wanted) const {
  std::vector<Ids> sources, targets;
  std::vector<std::string> untranslated;
  for (const NumberedPair& pair : pairs) {
    sources.push_back(tokenizers_.source.encode(pair.source));
    check_length(pair.line, sources.back());
    if (!pair.target) untranslated.push_back(pair.source);
  }
  const std::vector<Translation> translations = translator_.translate(untranslated);

  std::vector<AttendedPair> attended;
  auto translation = translations.begin();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    AttendedPair& pair = attended.emplace_back();
    pair.line = pairs[i].line;
    pair.source = pairs[i].source;
    pair.source_tokens = tokenizers_.source.encode_as_pieces(pair.source);
    pair.source_words = tokens_of_words(pair.source, tokenizers_.source.encoded_ranges(pair.source));
    if (pairs[i].target) {
      take_target(pair, *pairs[i].target, targets.emplace_back());
    } else {
      take_translation(pair, (translation++)->outputs.front(), targets.emplace_back());
    }
    check_length(pair.line, targets.back());
    pair.read_tokens = pair.target_tokens;
    pair.read_tokens.insert(pair.read_tokens.begin(), tokenizers_.target.piece(config_.start_token));
    pair.source_tokens.push_back(tokenizers_.source.piece(config_.special_ids.eos));
    pair.target_tokens.push_back(tokenizers_.target.piece(config_.special_ids.eos));
  }
  const std::vector<AttentionReader::Ids> source_views(sources.begin(), sources.end());
  const std::vector<AttentionReader::Ids> target_views(targets.begin(), targets.end());
  reader_.read(source_views, target_views, wanted, [&](std::size_t i, std::span<const AttentionMap> maps) {
    attended[i].maps.assign(maps.begin(), maps.end());
  });
  return attended;
}

}  // namespace dragoman
