#include "tokenizer/pair_merges.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <queue>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <utility>

namespace dragoman {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::string_view kVersion = "#version: 0.2", kPrefixSpace = "add_prefix_space",
                           kAddedTokens = "added_tokens=";

// A token among others that merge; one that has become part of that before it is gone.
struct Symbol {
  std::int32_t id;
  std::size_t before, behind;  // the neighbours, or kNone
  bool is_gone = false;
};

// Two neighbours that are a pair, or were.
struct Candidate {
  std::int32_t rank;
  std::size_t left;
  std::int32_t merged;

  bool operator>(const Candidate& other) const { return std::tie(rank, left) > std::tie(other.rank, other.left); }
};

}  // namespace

std::optional<MergesHeader> MergesHeader::read(std::string_view line) {
  if (!line.starts_with(kVersion)) return std::nullopt;
  MergesHeader header;
  for (std::string_view rest = line.substr(kVersion.size()); !rest.empty();) {
    if (!rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
    const std::string_view option = rest.substr(0, rest.find(' '));
    rest.remove_prefix(option.size());
    if (option == kPrefixSpace) {
      header.prefix_space = true;
    } else if (option.starts_with(kAddedTokens)) {
      const std::string_view number = option.substr(kAddedTokens.size());
      const auto [end, error] = std::from_chars(number.begin(), number.end(), header.added_tokens);
      if (error != std::errc() || end != number.end() || header.added_tokens < 0) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return header;
}

std::string MergesHeader::line() const {
  std::string line(kVersion);
  if (prefix_space) line += fmt::format(" {}", kPrefixSpace);
  if (added_tokens > 0) line += fmt::format(" {}{}", kAddedTokens, added_tokens);
  return line;
}

PairMerges::PairMerges(std::string text, const Vocabulary& vocabulary, const std::string& name_for_errors)
    : text_(std::move(text)) {
  std::string_view rest = text_;
  for (std::int32_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (number > 1) {
      add(line, number, vocabulary, name_for_errors);
      continue;
    }
    const auto header = MergesHeader::read(line);
    if (!header)
      throw std::runtime_error(fmt::format("{}, line 1: is not '{}'; copy the file anew", name_for_errors, kVersion));
    header_ = *header;
  }
  if (text_.empty()) throw std::runtime_error(fmt::format("{}: is empty; copy the file anew", name_for_errors));
}

void PairMerges::add(std::string_view line, std::int32_t number, const Vocabulary& vocabulary,
                     const std::string& file) {
  const std::size_t blank = line.find(' ');
  if (blank == line.npos || line.find(' ', blank + 1) != line.npos)
    throw std::runtime_error(fmt::format("{}, line {}: is not two tokens with a blank between them", file, number));
  const auto id_of = [&](std::string_view token) {
    const std::int32_t id = vocabulary.id_of(token);
    if (vocabulary.token(id) == token) return id;
    throw std::runtime_error(
        fmt::format("{}, line {}: the vocabulary lacks '{}'; copy both files anew", file, number, token));
  };
  const std::string_view left = line.substr(0, blank), right = line.substr(blank + 1);
  const std::string merged = std::string(left).append(right);
  merges_.insert_or_assign(key(id_of(left), id_of(right)), Merge{number, id_of(merged)});
}

const PairMerges::Merge* PairMerges::find(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

void PairMerges::apply(std::vector<std::int32_t>& ids) const {
  std::vector<Symbol> symbols;
  symbols.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    symbols.push_back({ids[i], i == 0 ? kNone : i - 1, i + 1 == ids.size() ? kNone : i + 1});
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  const auto consider = [&](std::size_t left) {
    if (left == kNone || symbols[left].behind == kNone) return;
    const Merge* merge = find(symbols[left].id, symbols[symbols[left].behind].id);
    if (merge) candidates.push({merge->rank, left, merge->merged});
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) consider(i);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Symbol& left = symbols[best.left];
    if (left.is_gone || left.behind == kNone) continue;
    Symbol& right = symbols[left.behind];
    const Merge* merge = find(left.id, right.id);
    if (!merge || merge->merged != best.merged) continue;  // one of them has become another since
    left.id = best.merged;
    left.behind = right.behind;
    right.is_gone = true;
    if (left.behind != kNone) symbols[left.behind].before = best.left;
    consider(left.before);
    consider(best.left);
  }
  ids.clear();
  for (const Symbol& symbol : symbols) {
    if (!symbol.is_gone) ids.push_back(symbol.id);
  }
}

}  // namespace dragoman
