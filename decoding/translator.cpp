#include "decoding/translator.h"

#include "base/check_range.h"
#include "base/parallel.h"
#include "base/utf8.h"
#include "data/batcher.h"
#include "decoding/length_batches.h"
#include "decoding/line_splitter.h"
#include "decoding/model_scorer.h"
#include "decoding/padded_tensor.h"
#include "decoding/shortlisted_output.h"
#include "decoding/workers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace dragoman {
namespace {

// A vocabulary with pieces for single bytes, or made elsewhere, can spell what would break the output's lines.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

// Words of a line that have tokens in one part of it.
struct WordsOfPart {
  std::size_t first = 0;  // in the line
  TokensOfWords words;    // with the tokens that are in the part, counted from its beginning
};

// Of the part behind `before`, which has tokens [from, from + count). A line of many parts is gone through once.
WordsOfPart next_part(const TokensOfWords& words, const WordsOfPart& before, std::size_t from, std::size_t count) {
  WordsOfPart part{before.first, {}};
  while (part.first < words.size() && (words[part.first].empty() || words[part.first].back() < from)) ++part.first;
  for (std::size_t i = part.first; i < words.size(); ++i) {
    if (!words[i].empty() && words[i].front() >= from + count) break;
    TokensOfWords::value_type& here = part.words.emplace_back();
    for (const std::size_t token : words[i]) {
      if (token >= from && token < from + count) here.push_back(token - from);
    }
  }
  return part;
}

}  // namespace

std::vector<std::int32_t> ids_of(const Translation::Output& output) {
  std::vector<std::int32_t> ids;
  for (const Translation::Token& token : output.tokens) ids.push_back(token.id);
  if (output.complete && !ids.empty()) ids.pop_back();
  return ids;
}

void TranslatorOptions::validate() const {
  search.validate();
  check_range("--threads", threads, 0, 1024);
  check_range("--batch-size", batch_size, 0, 1000000);
  check_range("--batch-tokens", batch_tokens, 0, 100000000);
  check_range("--max-source-length", max_source_length, 1, 100000);
}

Translator::Translator(std::shared_ptr<Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
                       const TranslatorOptions& options, std::optional<Shortlist> shortlist)
    : model_(std::move(model)),
      config_(config),
      tokenizers_(std::move(tokenizers)),
      options_(options),
      device_(model_->output_layer().weight.device()),
      output_(model_->output_layer(), model_->context().weight_type),
      shortlist_(std::move(shortlist)) {
  if (const auto longest = config.longest_sentence()) options_.search.model_max_length = *longest;
  options_.validate();
  if (options_.alignment) options_.alignment->validate(config_);
  if (model_->is_training()) throw std::logic_error("a model must be in evaluation mode to translate");
  const SpecialIds& special = config_.special_ids;
  forbidden_.never = {special.pad, special.bos};
  forbidden_.eos = special.eos;
  if (!options_.search.allow_unk) forbidden_.never.push_back(special.unk);
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                               const Notice& notice) const {
  std::vector<std::string> distinct;
  std::vector<std::size_t> distinct_of_line;
  std::unordered_map<std::string_view, std::size_t> known;
  for (const std::string& line : lines) {
    const auto [found, is_new] = known.try_emplace(line, distinct.size());
    if (is_new) distinct.push_back(line);
    distinct_of_line.push_back(found->second);
  }

  std::vector<Segment> segments;
  const std::vector<SegmentRange> ranges = cut_into_segments(distinct, segments);
  std::vector<Outputs> outputs = translate_segments(segments);
  if (options_.alignment) align(distinct, ranges, segments, outputs);
  std::vector<Translation> translations;
  translations.reserve(distinct.size());
  for (const auto& [begin, end] : ranges) translations.push_back(join(std::span(outputs).subspan(begin, end - begin)));
  if (notice) report(distinct_of_line, ranges, translations, first_line_number, notice);

  std::vector<Translation> results;
  results.reserve(lines.size());
  for (const std::size_t i : distinct_of_line) results.push_back(translations[i]);
  return results;
}

// Learned positions must suffice for the end of the sentence, too.
std::size_t Translator::source_limit() const {
  int limit = options_.max_source_length;
  if (const auto longest = config_.longest_sentence()) limit = std::min(limit, std::max(*longest - 1, 1));
  return static_cast<std::size_t>(limit);
}

std::vector<Translator::SegmentRange> Translator::cut_into_segments(std::span<const std::string> lines,
                                                                    std::vector<Segment>& segments) const {
  const int threads = options_.threads == 0 ? available_cores() : options_.threads;
  std::vector<Segment> encoded = tokenizers_.source.encode(lines, threads);
  std::vector<SegmentRange> ranges;
  ranges.reserve(lines.size());
  const std::size_t limit = source_limit();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Segment& ids = encoded[i];
    const std::size_t begin = segments.size();
    if (is_blank(lines[i])) ids.clear();
    if (ids.size() <= limit) {
      if (!ids.empty()) segments.push_back(std::move(ids));
    } else {
      std::vector<Boundary> after(ids.size(), Boundary::kSentence);
      std::string piece = tokenizers_.source.piece(ids[0]);
      for (std::size_t k = 1; k < ids.size(); ++k) {
        std::string next = tokenizers_.source.piece(ids[k]);
        after[k - 1] = boundary_between(piece, next);
        piece = std::move(next);
      }
      std::size_t from = 0;
      for (const std::size_t to : cut_into_parts(after, limit)) {
        segments.emplace_back(ids.begin() + from, ids.begin() + to);
        from = to;
      }
    }
    ranges.push_back({begin, segments.size()});
  }
  return ranges;
}

std::vector<Translator::Outputs> Translator::translate_segments(std::span<const Segment> segments) const {
  std::vector<Outputs> outputs(segments.size());
  if (segments.empty()) return outputs;
  std::vector<std::size_t> lengths;
  lengths.reserve(segments.size());
  for (const Segment& segment : segments) lengths.push_back(segment.size() + 1);  // the end of the sentence

  // A few lines are shared among the workers rather than being one worker's batch.
  const auto workers = static_cast<std::size_t>(worker_count(options_.threads, device_));
  const std::size_t each = (segments.size() + workers - 1) / workers;
  const auto batch_size = options_.batch_size == 0 ? each : std::min<std::size_t>(options_.batch_size, each);
  const auto batches = batches_by_length(lengths, batch_size, static_cast<std::size_t>(options_.batch_tokens));
  run_workers(batches.size(), options_.threads, device_,
              [&](std::size_t i) { translate_batch(segments, batches[i], outputs); });
  return outputs;
}

void Translator::translate_batch(std::span<const Segment> segments, std::span<const std::size_t> batch,
                                 std::vector<Outputs>& outputs) const {
  const c10::InferenceMode no_gradients;
  std::vector<std::span<const std::int32_t>> rows;
  std::vector<std::int32_t> lengths;
  for (const std::size_t i : batch) {
    rows.emplace_back(segments[i]);
    lengths.push_back(static_cast<std::int32_t>(segments[i].size()));
  }
  const SpecialIds& special = config_.special_ids;
  const PaddedIds padded = pad_rows(rows, std::nullopt, special.eos, special.pad, kWidthMultiple);
  const Memory memory =
      model_->encode(padded_tensor(padded, config_, device_), at::tensor(padded.lengths, torch::kInt64));

  std::optional<ShortlistedOutput> shortlisted;
  if (shortlist_) {
    std::vector<std::vector<std::int32_t>> lists;
    for (const std::size_t i : batch) lists.push_back(shortlist_->list_for(segments[i]));
    shortlisted.emplace(model_->output_layer(), model_->context().weight_type, std::move(lists), forbidden_);
  }
  ModelScorer scorer(*model_, memory, output_, forbidden_, shortlisted ? &*shortlisted : nullptr);
  const auto found = beam_search(scorer, lengths, {config_.start_token, special.eos}, options_.search);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const Hypothesis& hypothesis : found[i]) outputs[batch[i]].push_back(to_output(hypothesis));
  }
}

void Translator::align(std::span<const std::string> lines, std::span<const SegmentRange> ranges,
                       std::span<const Segment> segments, std::vector<Outputs>& outputs) const {
  std::deque<Segment> targets;  // a deque: its elements stay where they are
  std::vector<AlignedPair> pairs;
  struct Aligned {
    Translation::Output* output;
    std::size_t first_word;
  };
  std::vector<Aligned> aligned;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const TokensOfWords words = tokens_of_words(lines[i], tokenizers_.source.encoded_ranges(lines[i]));
    std::size_t from = 0;
    WordsOfPart part;
    for (std::size_t k = ranges[i].begin; k < ranges[i].end; from += segments[k++].size()) {
      part = next_part(words, part, from, segments[k].size());
      for (Translation::Output& output : outputs[k]) {
        const Segment& ids = targets.emplace_back(ids_of(output));
        pairs.push_back(
            {segments[k], ids, part.words, tokens_of_words(output.text, tokenizers_.target.decoded_ranges(ids))});
        aligned.push_back({&output, part.first});
      }
    }
  }
  const AttentionReader reader(model_, config_, {options_.threads, options_.batch_size, options_.batch_tokens});
  const std::vector<WordLinks> links = dragoman::align(reader, pairs, *options_.alignment, config_);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto& [output, first_word] = aligned[i];
    output->alignment = links[i];
    for (WordLink& link : output->alignment) link.source += static_cast<int>(first_word);
  }
}

Translation::Output Translator::to_output(const Hypothesis& hypothesis) const {
  Translation::Output output{on_one_line(tokenizers_.target.decode(hypothesis.ids)),
                             hypothesis.score,
                             hypothesis.log_prob,
                             {},
                             hypothesis.complete};
  output.tokens.reserve(hypothesis.token_log_probs.size());
  for (const std::int32_t id : hypothesis.ids)
    output.tokens.push_back({id, hypothesis.token_log_probs[output.tokens.size()]});
  if (hypothesis.complete) output.tokens.push_back({config_.special_ids.eos, hypothesis.token_log_probs.back()});
  return output;
}

Translation Translator::join(std::span<const Outputs> parts) const {
  if (parts.empty()) return {{Translation::Output{}}};
  if (parts.size() == 1) return {parts[0]};
  std::size_t count = 0;
  for (const Outputs& part : parts) count = std::max(count, part.size());
  Translation joined;
  for (std::size_t n = 0; n < count; ++n) {
    Translation::Output whole;
    for (const Outputs& part : parts) {
      const Translation::Output& output = part[std::min(n, part.size() - 1)];
      const int words_before = output.alignment.empty() ? 0 : static_cast<int>(words_of(whole.text).size());
      for (const auto& [source, target] : output.alignment) whole.alignment.push_back({source, target + words_before});
      if (!whole.text.empty() && !output.text.empty()) whole.text += ' ';
      whole.text += output.text;
      whole.log_prob += output.log_prob;
      whole.tokens.insert(whole.tokens.end(), output.tokens.begin(), output.tokens.end());
      whole.complete = whole.complete && output.complete;
    }
    const SearchOptions& search = options_.search;
    const int length = static_cast<int>(whole.tokens.size());
    whole.score = whole.log_prob / length_penalty(search.normalisation, search.length_penalty, length);
    joined.outputs.push_back(std::move(whole));
  }
  return joined;
}

void Translator::report(std::span<const std::size_t> distinct_of_line, std::span<const SegmentRange> ranges,
                        std::span<const Translation> translations, std::int64_t first_line_number,
                        const Notice& notice) const {
  constexpr std::size_t kNamed = 10;
  const SearchOptions& search = options_.search;
  const bool cut_as_asked = search.max_length > 0 && search.min_length == search.max_length;
  std::size_t cut = 0;
  std::string named;
  for (std::size_t i = 0; i < distinct_of_line.size(); ++i) {
    const std::int64_t number = first_line_number + static_cast<std::int64_t>(i);
    const auto& [begin, end] = ranges[distinct_of_line[i]];
    if (end - begin > 1) {
      notice(fmt::format("line {}: longer than {} tokens, translated in {} parts (--max-source-length)", number,
                         source_limit(), end - begin));
    }
    if (translations[distinct_of_line[i]].outputs.front().complete || cut_as_asked) continue;
    if (cut++ < kNamed) named += fmt::format("{}{}", named.empty() ? "" : ", ", number);
  }
  if (cut == 0) return;
  if (cut > kNamed) named += ", …";
  notice(fmt::format("{} translation{} cut at the length limit (--max-length, --max-length-ratio): line{} {}", cut,
                     cut == 1 ? " was" : "s were", cut == 1 ? "" : "s", named));
}

}  // namespace dragoman
