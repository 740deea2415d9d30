#include "decoding/text/joined_translation.h"

#include "decoding/alignment/word_alignment.h"
#include "decoding/text/best_combinations.h"
#include "tokenizer/sentence_gap.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace dragoman {
namespace {

// What comes before segment `k` in a translation that begins with `text`.
std::string gap_before(std::string_view line, std::span<const LineSegment> segments, std::size_t k,
                       const std::string& text) {
  const LineSegment& segment = segments[k];
  if (segment.first_token > 0) return " ";
  const std::size_t end = segments[k - 1].sentence.end;
  return on_one_line(gap_of_translation(line.substr(0, end), line.substr(end, segment.sentence.begin - end), text));
}

// One choice of an output for each segment.
Translation::Output combine(std::string_view line, std::span<const LineSegment> segments,
                            std::span<const std::vector<Translation::Output>> outputs,
                            std::span<const std::size_t> choice, const SearchOptions& search) {
  Translation::Output whole;
  whole.parts.assign(choice.begin(), choice.end());
  std::size_t words = 0;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    const Translation::Output& output = outputs[k][choice[k]];
    if (!whole.text.empty() && !output.text.empty()) {
      const std::string gap = gap_before(line, segments, k, whole.text);
      if (gap.empty() && words > 0) --words;  // the last word goes on
      whole.text += gap;
    }
    for (const auto& [source, target] : output.alignment)
      whole.alignment.push_back({source, target + static_cast<int>(words)});
    for (const auto& [source, target] : output.links)
      whole.links.push_back({source, {target.begin + whole.text.size(), target.end + whole.text.size()}});
    whole.text += output.text;
    words += words_of(output.text).size();
    whole.log_prob += output.log_prob;
    whole.preferred += output.preferred;
    whole.coverage += output.coverage;
    whole.part_tokens.push_back(output.tokens.size());
    whole.tokens.insert(whole.tokens.end(), output.tokens.begin(), output.tokens.end());
    whole.complete = whole.complete && output.complete;
  }
  const int length = static_cast<int>(whole.tokens.size());
  whole.score =
      (whole.log_prob + whole.preferred) / length_penalty(search.normalisation, search.length_penalty, length) +
      whole.coverage;
  return whole;
}

// Of a line of one segment.
Translation::Output alone(std::span<const Translation::Output> outputs, std::size_t place) {
  Translation::Output output = outputs[place];
  output.parts = {place};
  return output;
}

Translation join_draws(std::string_view line, std::span<const LineSegment> segments,
                       std::span<const std::vector<Translation::Output>> outputs, const SearchOptions& search) {
  Translation joined;
  std::vector<std::size_t> choice(segments.size());
  for (std::size_t draw = 0; draw < static_cast<std::size_t>(search.n_best); ++draw) {
    // A vocabulary that leaves nothing to draw from gives fewer.
    for (std::size_t k = 0; k < segments.size(); ++k) choice[k] = draw % outputs[k].size();
    joined.outputs.push_back(segments.size() == 1 ? alone(outputs[0], choice[0])
                                                  : combine(line, segments, outputs, choice, search));
  }
  std::ranges::stable_sort(joined.outputs, std::ranges::greater(), &Translation::Output::score);
  return joined;
}

}  // namespace

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

Translation join_segments(std::string_view line, std::span<const LineSegment> segments,
                          std::span<const std::vector<Translation::Output>> outputs, const SearchOptions& search,
                          bool drawn) {
  if (segments.empty()) return {{Translation::Output{}}};
  if (drawn) return join_draws(line, segments, outputs, search);
  if (segments.size() == 1) {
    Translation one;
    for (std::size_t i = 0; i < outputs[0].size(); ++i) one.outputs.push_back(alone(outputs[0], i));
    return one;
  }
  std::vector<std::vector<double>> scores;
  for (const auto& candidates : outputs) {
    std::vector<double>& row = scores.emplace_back();
    for (const Translation::Output& output : candidates) row.push_back(output.score);
  }
  Translation joined;
  for (const auto& choice : best_combinations(scores, static_cast<std::size_t>(search.n_best)))
    joined.outputs.push_back(combine(line, segments, outputs, choice, search));
  return joined;
}

void keep_parts(const LineSegments& segments, std::vector<std::vector<Translation::Output>>& outputs,
                std::span<Translation> translations) {
  for (std::size_t i = 0; i < translations.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    for (std::size_t k = 0; k < line.size(); ++k) {
      std::vector<Translation::Output>& of_segment = outputs[line.begin + k];
      std::map<std::size_t, std::size_t> places;  // of what is used: before, now
      std::vector<Translation::Output> used;
      for (Translation::Output& whole : translations[i].outputs) {
        const auto [place, is_new] = places.try_emplace(whole.parts[k], used.size());
        if (is_new) used.push_back(std::move(of_segment[whole.parts[k]]));
        whole.parts[k] = place->second;
      }
      of_segment = std::move(used);
    }
  }
}

void take_links(std::span<const std::string> lines, const LineSegments& segments,
                std::span<const std::vector<Translation::Output>> outputs, std::span<Translation> translations) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    if (line.size() == 0) continue;
    const auto of_line = outputs.subspan(line.begin, line.size());
    for (Translation::Output& whole : translations[i].outputs) {
      Translation::Output linked = line.size() == 1 ? of_line[0][whole.parts[0]]
                                                    : combine(lines[i], segments.of(line), of_line, whole.parts, {});
      whole.alignment = std::move(linked.alignment);
      whole.links = std::move(linked.links);
    }
  }
}

}  // namespace dragoman
