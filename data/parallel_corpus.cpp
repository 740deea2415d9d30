#include "data/parallel_corpus.h"

#include "base/utf8.h"
#include "data/line_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>

namespace dragoman {
namespace {

void append_lines(const std::string& file, std::vector<std::string>& lines) {
  LineReader reader(file, Utf8::refuse);
  for (std::string line; reader.next(line);) lines.push_back(line);
}

void refuse_empty(const ParallelText& text, std::span<const std::string> files) {
  if (text.source.empty())
    throw std::runtime_error(fmt::format("{}: empty corpus; no line to read", fmt::join(files, ", ")));
}

}  // namespace

ParallelText read_parallel(std::span<const std::string> source_files, std::span<const std::string> target_files) {
  if (source_files.empty() || source_files.size() != target_files.size()) {
    throw std::invalid_argument(fmt::format("{} source files and {} target files; name as many of one as of the other",
                                            source_files.size(), target_files.size()));
  }
  ParallelText text;
  for (std::size_t i = 0; i < source_files.size(); ++i) {
    const std::size_t before = text.source.size();
    append_lines(source_files[i], text.source);
    append_lines(target_files[i], text.target);
    if (text.source.size() != text.target.size()) {
      throw std::runtime_error(fmt::format("{} has {} lines, but {} has {}; line by line they must be translations",
                                           source_files[i], text.source.size() - before, target_files[i],
                                           text.target.size() - before));
    }
  }
  refuse_empty(text, source_files);
  return text;
}

ParallelText read_tsv(std::span<const std::string> files, const Notice& notice) {
  ParallelText text;
  for (const std::string& file : files) {
    LineReader reader(file, Utf8::refuse);
    bool told = false;
    for (std::string line; reader.next(line);) {
      const std::size_t tab = line.find('\t');
      if (tab == std::string::npos) {
        throw std::runtime_error(
            fmt::format("{}:{}: no tab; each line must be source, tab, target", reader.name(), reader.line_number()));
      }
      const std::size_t end = std::min(line.find('\t', tab + 1), line.size());
      if (end < line.size() && !told && notice) {
        notice(fmt::format("{}:{}: more than two columns; those behind the second are ignored", reader.name(),
                           reader.line_number()));
        told = true;
      }
      text.source.push_back(line.substr(0, tab));
      text.target.push_back(line.substr(tab + 1, end - tab - 1));
    }
  }
  refuse_empty(text, files);
  return text;
}

void FilterOptions::validate() const {
  if (max_length < 1)
    throw std::invalid_argument(fmt::format("the maximum length must be at least 1, not {}", max_length));
  if (max_length_ratio != 0 && !(max_length_ratio >= 1)) {
    throw std::invalid_argument(
        fmt::format("the maximum length ratio must be 0 (off) or at least 1, not {}", max_length_ratio));
  }
}

std::string FilterReport::describe() const {
  std::string text = fmt::format("{} pairs kept", kept);
  if (dropped() == 0) return text;
  std::vector<std::string> reasons;
  if (blank > 0) reasons.push_back(fmt::format("{} blank", blank));
  if (too_long > 0) reasons.push_back(fmt::format("{} too long", too_long));
  if (length_ratio > 0) reasons.push_back(fmt::format("{} of too different lengths", length_ratio));
  return text + fmt::format(", {} dropped ({})", dropped(), fmt::join(reasons, ", "));
}

std::vector<int> TokenizedCorpus::Side::lengths() const {
  std::vector<int> result(offsets.size() - 1);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<int>(offsets[i + 1] - offsets[i]);
  return result;
}

void TokenizedCorpus::Side::append(std::span<const std::int32_t> row) {
  ids.insert(ids.end(), row.begin(), row.end());
  offsets.push_back(ids.size());
}

void TokenizedCorpus::append(std::span<const std::int32_t> source, std::span<const std::int32_t> target) {
  source_.append(source);
  target_.append(target);
}

TokenizedCorpus tokenize(const ParallelText& text, const Tokenizer& source, const Tokenizer& target,
                         const FilterOptions& options, int threads, FilterReport& report) {
  options.validate();
  report = {};
  TokenizedCorpus corpus;
  // A block at a time, so that the ids exist twice for one block only.
  constexpr std::size_t kBlock = 1 << 16;
  const auto max_length = static_cast<std::size_t>(options.max_length);
  for (std::size_t begin = 0; begin < text.source.size(); begin += kBlock) {
    const std::size_t count = std::min(kBlock, text.source.size() - begin);
    const auto sources = source.encode(std::span(text.source).subspan(begin, count), threads);
    const auto targets = target.encode(std::span(text.target).subspan(begin, count), threads);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t shorter = std::min(sources[i].size(), targets[i].size());
      const std::size_t longer = std::max(sources[i].size(), targets[i].size());
      if (shorter == 0 || is_blank(text.source[begin + i]) || is_blank(text.target[begin + i])) {
        ++report.blank;
      } else if (longer > max_length) {
        ++report.too_long;
      } else if (options.max_length_ratio > 0 &&
                 static_cast<double>(longer) > options.max_length_ratio * static_cast<double>(shorter)) {
        ++report.length_ratio;
      } else {
        ++report.kept;
        corpus.append(sources[i], targets[i]);
      }
    }
  }
  return corpus;
}

}  // namespace dragoman
