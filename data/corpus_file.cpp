#include "data/corpus_file.h"

#include "base/atomic_file.h"
#include "base/checksum.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace dragoman {
namespace {

constexpr char kMagic[8] = {'D', 'r', 'a', 'g', 'C', 'o', 'r', '3'};

// The end of the file.
struct Record {
  std::uint64_t ids, places, corpora, key_size;  // links count as ids
  FilterReport report;
  std::uint64_t checksum;  // of all that is before it
  char magic[8];
};

// Of the record, after `before`, which is that of what stands before it.
std::uint32_t with_record(std::uint32_t before, const Record& record) {
  return crc32_of({reinterpret_cast<const char*>(&record), offsetof(Record, checksum)}, before);
}

// Bytes behind the ids that let the places begin where the processor wants them.
std::uint64_t padding(std::uint64_t ids) {
  return ids % 2 * sizeof(std::int32_t);
}

std::uint32_t checksum_of_beginning(const MappedFile& file, std::uint64_t size) {
  std::vector<char> block(std::size_t{1} << 20);
  std::uint32_t checksum = 0;
  for (std::uint64_t begin = 0; begin < size; begin += block.size()) {
    const std::span bytes = std::span(block).first(std::min<std::uint64_t>(block.size(), size - begin));
    file.read(begin, std::as_writable_bytes(bytes));
    checksum = crc32_of({bytes.data(), bytes.size()}, checksum);
  }
  return checksum;
}

// An AtomicFile that sums up what goes through it.
class SummedFile {
 public:
  explicit SummedFile(const std::filesystem::path& path) : file_(path) {}

  void write(const void* bytes, std::size_t count) {
    file_.write(bytes, count);
    checksum_ = crc32_of({static_cast<const char*>(bytes), count}, checksum_);
  }

  std::uint32_t checksum() const { return checksum_; }
  void commit() { file_.commit(); }

 private:
  AtomicFile file_;
  std::uint32_t checksum_ = 0;
};

}  // namespace

std::unique_ptr<CorpusFile> CorpusFile::open(const std::filesystem::path& path, std::string_view key) {
  if (!std::filesystem::exists(path)) return nullptr;
  auto file = std::make_unique<const MappedFile>(path);
  const std::string_view bytes = file->bytes();
  Record record;
  if (bytes.size() < sizeof record) return nullptr;
  std::memcpy(&record, bytes.data() + bytes.size() - sizeof record, sizeof record);
  if (std::memcmp(record.magic, kMagic, sizeof kMagic) != 0 || record.key_size != key.size()) return nullptr;
  const std::uint64_t places_begin = record.ids * sizeof(std::int32_t) + padding(record.ids);
  const std::uint64_t ends_begin = places_begin + record.places * sizeof(PairPlace);
  const std::uint64_t key_begin = ends_begin + record.corpora * sizeof(std::uint64_t);
  const std::uint64_t record_begin = bytes.size() - sizeof record;
  // Each alone first: the sum of counts that are damaged may be right by overflow.
  if (record.ids > bytes.size() || record.places > bytes.size() || record.corpora > bytes.size() ||
      key_begin + record.key_size != record_begin || bytes.substr(key_begin, key.size()) != key ||
      with_record(checksum_of_beginning(*file, record_begin), record) != record.checksum)
    return nullptr;
  std::unique_ptr<CorpusFile> corpus(new CorpusFile);
  corpus->places_ = {reinterpret_cast<const PairPlace*>(bytes.data() + places_begin), record.places};
  corpus->numbers_ = record.ids;
  corpus->corpus_ends_ = {reinterpret_cast<const std::uint64_t*>(bytes.data() + ends_begin), record.corpora};
  corpus->report_ = record.report;
  corpus->file_ = std::move(file);
  return corpus;
}

void CorpusFile::write(const std::filesystem::path& path, std::string_view key, PairReader& reader,
                       PairTokenizer& tokenizer) {
  SummedFile file(path);
  std::vector<std::string> sources(PairTokenizer::kBlock), targets(PairTokenizer::kBlock);
  std::vector<std::int32_t> ids;  // of one block
  std::vector<PairPlace> places;
  std::vector<std::size_t> corpora(PairTokenizer::kBlock);  // of which the pairs of the block are
  std::vector<WordLinks> words(PairTokenizer::kBlock);
  std::vector<TokenLinks> links;
  std::vector<std::uint64_t> ends;
  Record record{};
  const auto add = [&](std::size_t index, std::span<const std::int32_t> source, std::span<const std::int32_t> target) {
    while (ends.size() < corpora[index]) ends.push_back(places.size());
    places.push_back(
        {record.ids + ids.size(), static_cast<std::int32_t>(source.size()), static_cast<std::int32_t>(target.size())});
    ids.insert(ids.end(), source.begin(), source.end());
    ids.insert(ids.end(), target.begin(), target.end());
    append_as_numbers(links[index], ids);
  };
  for (bool more = true; more;) {
    std::size_t count = 0;
    while (count < PairTokenizer::kBlock && (more = reader.next(sources[count], targets[count]))) {
      words[count] = reader.links(sources[count], targets[count]);
      corpora[count++] = reader.corpus();
    }
    const auto block_sources = std::span(sources).first(count), block_targets = std::span(targets).first(count);
    links = tokenizer.link(block_sources, block_targets, std::span(words).first(count));
    tokenizer.encode(block_sources, block_targets, add);
    file.write(ids.data(), ids.size() * sizeof(std::int32_t));
    record.ids += ids.size();
    ids.clear();
  }
  while (ends.size() <= reader.corpus()) ends.push_back(places.size());
  record.places = places.size();
  record.corpora = ends.size();
  record.key_size = key.size();
  record.report = tokenizer.report();
  std::memcpy(record.magic, kMagic, sizeof kMagic);
  constexpr std::int32_t kNothing = 0;
  file.write(&kNothing, padding(record.ids));
  file.write(places.data(), places.size() * sizeof(PairPlace));
  file.write(ends.data(), ends.size() * sizeof(std::uint64_t));
  file.write(key.data(), key.size());
  record.checksum = with_record(file.checksum(), record);
  file.write(&record, sizeof record);
  file.commit();
}

TokenizedCorpus CorpusFile::read(std::span<const std::uint32_t> pairs) const {
  TokenizedCorpus chosen;
  std::vector<std::int32_t> numbers;
  for (const std::uint32_t pair : pairs) {
    const PairPlace& place = places_[pair];
    const auto source_length = static_cast<std::size_t>(place.source_length),
               target_length = static_cast<std::size_t>(place.target_length);
    numbers.resize((pair + 1 < places_.size() ? places_[pair + 1].begin : numbers_) - place.begin);
    file_->read(place.begin * sizeof(std::int32_t), std::as_writable_bytes(std::span(numbers)));
    const std::span all(numbers);
    chosen.append(all.first(source_length), all.subspan(source_length, target_length),
                  links_from_numbers(all.subspan(source_length + target_length)));
  }
  return chosen;
}

}  // namespace dragoman
