#include "data/pair_reader.h"

#include "base/checksum.h"
#include "base/counted.h"
#include "data/line_counts.h"
#include "tokenizer/text_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace dragoman {

std::uint32_t add_line_to_checksum(std::uint32_t checksum, const std::string& line) {
  // With its terminating zero, so that the same text cut into other lines differs.
  return crc32_of({line.c_str(), line.size() + 1}, checksum);
}

namespace {

bool are_targets_alone(const PairFiles& files) {
  return files.tsv.empty() && files.source.empty();
}

// Those whose lines are counted.
const std::vector<std::string>& first_of(const PairFiles& files) {
  return !files.tsv.empty() ? files.tsv : files.source.empty() ? files.target : files.source;
}

}  // namespace

PairReader::PairReader(PairFiles files, Notice notice, Utf8 policy)
    : PairReader(std::span(&files, 1), std::move(notice), policy) {}

PairReader::PairReader(std::span<const PairFiles> corpora, Notice notice, Utf8 policy)
    : corpora_(corpora.begin(), corpora.end()), notice_(std::move(notice)), policy_(policy) {
  for (const PairFiles& files : corpora) {
    const bool is_whole = are_targets_alone(files) || files.source.size() == files.target.size();
    if (files.tsv.empty() && (files.target.empty() || !is_whole)) {
      throw std::invalid_argument(fmt::format("{} and {}; name as many of one as of the other",
                                              counted(std::ssize(files.source), "source file"),
                                              counted(std::ssize(files.target), "target file")));
    }
    if (!files.links.empty() && files.links.size() != first_of(files).size()) {
      throw std::invalid_argument(fmt::format("{} and {} of pairs; name as many of one as of the other",
                                              counted(std::ssize(files.links), "alignment file"),
                                              counted(std::ssize(first_of(files)), "file")));
    }
    any_links_ |= !files.links.empty();
  }
  summary_.pairs_of_corpora.resize(corpora.size());
}

bool PairReader::open_next() {
  while (file_ == first_of(corpora_[corpus_]).size()) {
    if (summary_.pairs_of_corpora[corpus_] == 0) {
      throw std::runtime_error(
          fmt::format("{}: empty corpus; no line to read", fmt::join(first_of(corpora_[corpus_]), ", ")));
    }
    if (corpus_ + 1 == corpora_.size()) return false;
    ++corpus_;
    file_ = 0;
  }
  const PairFiles& files = corpora_[corpus_];
  source_.emplace(first_of(files)[file_], policy_);
  if (!files.source.empty()) target_.emplace(files.target[file_], policy_);
  if (!files.links.empty()) links_.emplace(files.links[file_], policy_);
  told_ = false;
  ++file_;
  return true;
}

bool PairReader::next(std::string& source, std::string& target) {
  while (next_of_all(source, target)) {
    if (!left_out_.contains(summary_.pairs - 1)) return true;
  }
  return false;
}

bool PairReader::next_of_all(std::string& source, std::string& target) {
  while (source_ || open_next()) {
    const bool alone = are_targets_alone(corpora_[corpus_]);
    const bool has_pair = target_ ? next_of_two(source, target)
                          : alone ? next_alone(source, target)
                                  : next_of_tsv(source, target);
    if (any_links_) read_links(has_pair);
    if (has_pair) {
      ++summary_.pairs;
      ++summary_.pairs_of_corpora[corpus_];
      summary_.bytes += static_cast<std::int64_t>(source.size() + target.size());
      summary_.source_checksum = add_line_to_checksum(summary_.source_checksum, source);
      summary_.target_checksum = add_line_to_checksum(summary_.target_checksum, target);
      return true;
    }
    source_.reset();
    target_.reset();
    links_.reset();
  }
  return false;
}

bool PairReader::next_of_two(std::string& source, std::string& target) {
  const bool has_source = source_->next(source), has_target = target_->next(target);
  if (has_source != has_target) refuse_different_lengths(*source_, *target_);
  return has_source;
}

void PairReader::read_links(bool has_pair) {
  links_line_.clear();
  if (links_ && links_->next(links_line_) != has_pair) refuse_different_lengths(*source_, *links_);
  if (has_pair) summary_.links_checksum = add_line_to_checksum(summary_.links_checksum, links_line_);
}

WordLinks PairReader::links(std::string_view source, std::string_view target) const {
  if (!links_) return {};
  try {
    const ReferenceAlignment alignment = parse_reference_alignment(links_line_);
    alignment.check_words(words_of(source).size(), words_of(target).size());
    return alignment.sure;
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}:{}: {}", links_->name(), links_->line_number(), error.what()));
  }
}

bool PairReader::next_alone(std::string& source, std::string& target) {
  source.clear();
  return source_->next(target);
}

bool PairReader::next_of_tsv(std::string& source, std::string& target) {
  if (!source_->next(source)) return false;
  const std::size_t tab = source.find('\t');
  if (tab == std::string::npos) {
    throw std::runtime_error(
        fmt::format("{}:{}: no tab; each line must be source, tab, target", source_->name(), source_->line_number()));
  }
  const std::size_t end = std::min(source.find('\t', tab + 1), source.size());
  if (end < source.size() && !told_ && notice_) {
    notice_(fmt::format("{}:{}: more than two columns; those behind the second are ignored", source_->name(),
                        source_->line_number()));
    told_ = true;
  }
  target = source.substr(tab + 1, end - tab - 1);
  source.resize(tab);
  return true;
}

}  // namespace dragoman
