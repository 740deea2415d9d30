// What language lines are in, for bench/languages.py: detected_languages CODE... <lines
//
// Prints for each line the language that LanguageDetector tells among the codes, its confidence, and what CLD2 tells by
// itself with the codes as its hint and its best effort; at the end, "microseconds" and how long the first took a line.
#include "tokenizer/language_detector.h"

#include <chrono>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::string by_cld(const std::string& line, const std::string& codes) {
  const CLD2::CLDHints hints{codes.c_str(), nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percent[3], bytes = 0, valid = 0;
  double scores[3];
  bool is_reliable = false;
  return CLD2::LanguageCode(CLD2::ExtDetectLanguageSummaryCheckUTF8(
      line.data(), static_cast<int>(line.size()), true, &hints, CLD2::kCLDFlagBestEffort, languages, percent, scores,
      nullptr, &bytes, &is_reliable, &valid));
}

}  // namespace

int main(int count, char** arguments) {
  using Clock = std::chrono::steady_clock;
  const std::vector<std::string> codes(arguments + 1, arguments + count);
  const std::string hint = fmt::format("{}", fmt::join(codes, ","));
  const dragoman::LanguageDetector detector(codes);
  Clock::duration time{};
  std::size_t lines = 0;
  for (std::string line; std::getline(std::cin, line); ++lines) {
    const auto start = Clock::now();
    const auto found = detector.detect(line);
    time += Clock::now() - start;
    fmt::print("{} {:.1f} {}\n", found.empty() ? "none" : found.front().language,
               found.empty() ? 0.0 : found.front().confidence, by_cld(line, hint));
  }
  fmt::print("microseconds {:.0f}\n",
             std::chrono::duration<double, std::micro>(time).count() / static_cast<double>(lines > 0 ? lines : 1));
}
