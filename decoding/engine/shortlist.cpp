#include "decoding/engine/shortlist.h"

#include "formats/manifest.h"
#include "formats/model_files.h"
#include "formats/safetensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAlways = "always";
constexpr const char* kStarts = "starts";
constexpr const char* kTokens = "tokens";
constexpr const char* kCopies = "copies";
constexpr const char* kTokenizers = "tokenizers";

fs::path shortlist_file(const fs::path& directory) {
  return directory / kShortlistFile;
}

void write_shortlist(const fs::path& directory, const Shortlist& shortlist, const Tokenizers& tokenizers,
                     const std::function<void(const FileSeal&)>& announce) {
  save_safetensors(shortlist_file(directory),
                   {{kAlways, at::tensor(shortlist.always(), torch::kInt32)},
                    {kStarts, at::tensor(shortlist.starts(), torch::kInt64)},
                    {kTokens, at::tensor(shortlist.tokens(), torch::kInt32)}},
                   {{kCopies, shortlist.copies() ? "true" : "false"}, {kTokenizers, tokenizers.fingerprint()}},
                   announce);
}

template <typename Number>
std::vector<Number> numbers(const SafetensorsFile& contents, const char* name, const fs::path& file) {
  const torch::Tensor& tensor = contents.at(name, file);
  if (tensor.dim() != 1 || tensor.scalar_type() != c10::CppTypeToScalarType<Number>::value)
    throw std::runtime_error(
        fmt::format("{}: '{}' is not a list of numbers; make the shortlist anew", file.string(), name));
  const Number* first = tensor.const_data_ptr<Number>();
  return {first, first + tensor.size(0)};
}

// A file that belongs to them may still be damaged.
bool fits(const Shortlist& shortlist, const Tokenizers& tokenizers) {
  const auto& starts = shortlist.starts();
  const std::int32_t sources = tokenizers.source.vocabulary_size(), targets = tokenizers.target.vocabulary_size();
  const auto is_token = [&](std::int32_t id) { return id >= 0 && id < targets; };
  return starts.size() == static_cast<std::size_t>(sources) + 1 && starts.front() == 0 &&
         starts.back() == static_cast<std::int64_t>(shortlist.tokens().size()) && std::ranges::is_sorted(starts) &&
         std::ranges::all_of(shortlist.always(), is_token) && std::ranges::all_of(shortlist.tokens(), is_token) &&
         (!shortlist.copies() || sources == targets);
}

}  // namespace

Shortlist::Shortlist(std::vector<std::int32_t> always, std::vector<std::int64_t> starts,
                     std::vector<std::int32_t> tokens, bool copies)
    : always_(std::move(always)), starts_(std::move(starts)), tokens_(std::move(tokens)), copies_(copies) {}

std::vector<std::int32_t> Shortlist::list_for(std::span<const std::int32_t> source) const {
  std::vector<std::int32_t> list = always_;
  for (const std::int32_t id : source) {
    const auto place = static_cast<std::size_t>(id);
    list.insert(list.end(), tokens_.begin() + starts_.at(place), tokens_.begin() + starts_.at(place + 1));
    if (copies_) list.push_back(id);
  }
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
  return list;
}

double Shortlist::coverage(std::span<const std::vector<std::int32_t>> sources,
                           std::span<const std::vector<std::int32_t>> targets) const {
  std::int64_t all = 0, listed = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::vector<std::int32_t> list = list_for(sources[i]);
    all += std::ssize(targets[i]);
    listed += std::ranges::count_if(targets[i], [&](std::int32_t id) { return std::ranges::binary_search(list, id); });
  }
  return all == 0 ? 1 : static_cast<double>(listed) / static_cast<double>(all);
}

void save_shortlist(const fs::path& directory, const Shortlist& shortlist, const Tokenizers& tokenizers) {
  ManifestUpdate update(directory);
  write_shortlist(directory, shortlist, tokenizers,
                  [&](const FileSeal& seal) { update.announce(kShortlistFile, seal); });
}

void save_shortlist_of_new_model(const fs::path& folder, const Shortlist& shortlist, const Tokenizers& tokenizers) {
  auto manifest = Manifest::load(folder);
  write_shortlist(folder, shortlist, tokenizers,
                  [&](const FileSeal& seal) { manifest.value().add(kShortlistFile, seal); });
  manifest.value().save(folder);
}

Shortlist load_shortlist(const fs::path& directory, const Tokenizers& tokenizers) {
  const fs::path file = shortlist_file(directory);
  if (!fs::exists(file)) {
    throw std::runtime_error(fmt::format("{}: the model has no shortlist; `dragoman shortlist --model {}` makes one",
                                         file.string(), directory.string()));
  }
  const SafetensorsFile contents = load_safetensors(file);
  require_sealed(directory, kShortlistFile, contents.seal());
  const auto copies = contents.metadata.find(kCopies), of = contents.metadata.find(kTokenizers);
  Shortlist shortlist(numbers<std::int32_t>(contents, kAlways, file), numbers<std::int64_t>(contents, kStarts, file),
                      numbers<std::int32_t>(contents, kTokens, file),
                      copies != contents.metadata.end() && copies->second == "true");
  if (of == contents.metadata.end() || of->second != tokenizers.fingerprint() || !fits(shortlist, tokenizers))
    throw std::runtime_error(fmt::format("{}: belongs to another model; make the shortlist anew", file.string()));
  return shortlist;
}

bool has_shortlist(const fs::path& directory) {
  return fs::exists(shortlist_file(directory));
}

std::string shortlist_fingerprint(const fs::path& directory) {
  const SafetensorsFile contents = load_safetensors(shortlist_file(directory));
  const auto checksum = contents.metadata.find("crc32");
  return checksum == contents.metadata.end() ? "" : checksum->second;
}

}  // namespace dragoman
