#include "app/attention/attended_pairs.h"

#include "app/model_loading.h"
#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// Maps are of one pass over a pair of lines.
TranslatorOptions with_whole_lines(TranslatorOptions options) {
  options.split_sentences = SentenceSplitting::off;
  return options;
}

}  // namespace

AttendingModel::AttendingModel(const TranslationOptions& options, const Notice& notice)
    : AttendingModel(make_engine(load_model(options, notice), options), with_whole_lines(options.translator)) {}

AttendingModel::AttendingModel(std::shared_ptr<const Engine> engine, TranslatorOptions options)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      frame_(text_frame(config(), options_.languages)),
      reader_(engine_, frame_, {options_.batch_size, options_.batch_tokens}),
      translator_(engine_, options_) {}

void AttendingModel::check_length(std::int64_t line, const Ids& ids) const {
  const auto limit = static_cast<std::size_t>(options_.max_source_length);
  if (ids.size() > limit) {
    throw std::runtime_error(fmt::format("line {}: {} tokens are more than the {} that --max-source-length allows",
                                         line, ids.size(), limit));
  }
  const auto longest = config().longest_sentence();
  const std::size_t whole = ids.size() + std::max(frame_.around_source(), frame_.target_before.size());
  if (longest && whole > static_cast<std::size_t>(*longest)) {
    throw std::runtime_error(fmt::format("line {}: {} tokens are more than the {} positions that the model has learned",
                                         line, whole, *longest));
  }
}

void AttendingModel::take_target(AttendedPair& pair, const std::string& text, Ids& ids) const {
  const Tokenizer& tokenizer = engine_->tokenizers().target;
  ids = tokenizer.encode(text);
  pair.target = text;
  pair.target_tokens = tokenizer.encode_as_pieces(text);
  pair.target_words = tokens_of_words(text, tokenizer.encoded_ranges(text));
}

void AttendingModel::take_translation(AttendedPair& pair, const Translation::Output& output, Ids& ids) const {
  const Tokenizer& tokenizer = engine_->tokenizers().target;
  ids = ids_of(output);
  pair.target = output.text;
  for (const std::int32_t id : ids) pair.target_tokens.push_back(tokenizer.piece(id));
  pair.target_words = tokens_of_words(output.text, tokenizer.decoded_ranges(ids));
}

// All of a pair but its maps. translation: if it has no target.
AttendedPair AttendingModel::attend(const NumberedPair& numbered, const Translation* translation, Ids& target) const {
  AttendedPair pair;
  pair.line = numbered.line;
  pair.source = numbered.source;
  pair.source_tokens = engine_->tokenizers().source.encode_as_pieces(pair.source);
  pair.source_words = tokens_of_words(pair.source, engine_->tokenizers().source.encoded_ranges(pair.source));
  if (translation) {
    take_translation(pair, translation->outputs.front(), target);
  } else {
    take_target(pair, *numbered.target, target);
  }
  check_length(pair.line, target);
  add_frame(pair);
  return pair;
}

// Its tokens are seen and shown, but no part of its words.
void AttendingModel::add_frame(AttendedPair& pair) const {
  const auto pieces = [](const Tokenizer& tokenizer, std::span<const std::int32_t> ids) {
    std::vector<std::string> found;
    for (const std::int32_t id : ids) found.push_back(tokenizer.piece(id));
    return found;
  };
  const auto& [source, target] = engine_->tokenizers();
  const auto put = [](std::vector<std::string>& tokens, const std::vector<std::string>& before,
                      const std::vector<std::string>& behind) {
    tokens.insert(tokens.begin(), before.begin(), before.end());
    tokens.insert(tokens.end(), behind.begin(), behind.end());
  };
  const std::span<const std::int32_t> before = frame_.target_before;
  pair.read_tokens = pair.target_tokens;
  put(pair.read_tokens, pieces(target, before), {});
  put(pair.target_tokens, pieces(target, before.subspan(1)), {target.piece(frame_.end)});
  put(pair.source_tokens, pieces(source, frame_.source_before), pieces(source, frame_.source_behind));
  const auto shift = [](TokensOfWords& words, std::size_t by) {
    for (auto& tokens : words) {
      for (std::size_t& token : tokens) token += by;
    }
  };
  shift(pair.source_words, frame_.source_before.size());
  shift(pair.target_words, before.size() - 1);
}

std::vector<AttendedPair> AttendingModel::read(std::span<const NumberedPair> pairs,
                                               const AttentionReader::Filter& wanted) const {
  std::vector<AttendedPair> attended;
  std::vector<std::size_t> visible;  // places in both
  std::vector<Ids> sources, targets;
  std::vector<std::string> untranslated;
  for (const NumberedPair& pair : pairs) {
    AttendedPair& blank = attended.emplace_back();
    blank.line = pair.line;
    blank.source = pair.source;
    blank.target = pair.target.value_or("");
    if (is_blank(pair.source) || (pair.target && is_blank(*pair.target))) continue;
    visible.push_back(attended.size() - 1);
    sources.push_back(engine_->tokenizers().source.encode(pair.source));
    check_length(pair.line, sources.back());
    if (!pair.target) untranslated.push_back(pair.source);
  }
  const std::vector<Translation> translations = translator_.translate(untranslated);
  auto translation = translations.begin();
  for (const std::size_t i : visible)
    attended[i] = attend(pairs[i], pairs[i].target ? nullptr : &*translation++, targets.emplace_back());

  const std::vector<AttentionReader::Ids> source_views(sources.begin(), sources.end());
  const std::vector<AttentionReader::Ids> target_views(targets.begin(), targets.end());
  reader_.read(source_views, target_views, wanted, [&](std::size_t i, std::span<const AttentionMap> maps) {
    attended[visible[i]].maps.assign(maps.begin(), maps.end());
  });
  return attended;
}

}  // namespace dragoman
