#include "data/corpus/held_out_lines.h"

#include "base/utf8.h"
#include "data/corpus/bare_text.h"
#include "data/line_reader.h"
#include "data/pair_fingerprint.h"

#include <utility>

namespace dragoman {

HeldOutLines::HeldOutLines(const std::vector<std::string>& files) {
  for (const std::string& name : files) {
    File file;
    file.overlap.file = name;
    LineReader lines(name, Utf8::replace);
    for (std::string line; lines.next(line);) {
      if (is_blank(line)) continue;
      const std::uint64_t fingerprint = fingerprint_of(bare_text(line));
      all_.insert(fingerprint);
      ++file.lines[fingerprint].lines;
      ++file.overlap.lines;
    }
    files_.push_back(std::move(file));
  }
}

void HeldOutLines::count(std::uint64_t source, std::uint64_t target) {
  if (!contains(source) && !contains(target)) return;
  for (File& file : files_) {
    const bool is_source = meet(file, source), is_target = meet(file, target);
    file.overlap.sources += is_source ? 1 : 0;
    file.overlap.targets += is_target ? 1 : 0;
    file.overlap.pairs += is_source || is_target ? 1 : 0;
  }
}

std::vector<HeldOutOverlap> HeldOutLines::overlaps() const {
  std::vector<HeldOutOverlap> overlaps;
  for (const File& file : files_) overlaps.push_back(file.overlap);
  return overlaps;
}

// Whether a side of the corpus is a line of the file.
bool HeldOutLines::meet(File& file, std::uint64_t fingerprint) {
  const auto found = file.lines.find(fingerprint);
  if (found == file.lines.end()) return false;
  if (!std::exchange(found->second.is_in_corpus, true)) file.overlap.lines_in_corpus += found->second.lines;
  return true;
}

}  // namespace dragoman
